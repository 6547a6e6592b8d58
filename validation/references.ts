import type { Snapshot } from "./snapshot";

/** A column that refers to a row of another table. */
export interface Reference {
  table: string;
  column: string;
  parent: string;
  /** Whether every row must have a value. A message need not be a reply, and an attachment may be uploaded before its message. */
  required: boolean;
}

/** All foreign keys of the chat schema. The rows themselves are checked, because a database may lack the constraints. */
export const references: readonly Reference[] = [
  { table: "messages", column: "conversationId", parent: "conversations", required: true },
  { table: "messages", column: "senderId", parent: "users", required: true },
  { table: "messages", column: "replyToId", parent: "messages", required: false },
  { table: "conversations", column: "creatorId", parent: "users", required: true },
  { table: "conversation_users", column: "conversationId", parent: "conversations", required: true },
  { table: "conversation_users", column: "userId", parent: "users", required: true },
  { table: "attachments", column: "messageId", parent: "messages", required: false },
  { table: "attachments", column: "uploaderId", parent: "users", required: true },
  { table: "message_reads", column: "messageId", parent: "messages", required: true },
  { table: "message_reads", column: "userId", parent: "users", required: true },
];

/**
 * Splits the references into those that a database has, and a note on those that it lacks. The note is added to the
 * result, so that a reader knows what was not checked.
 */
export function present(
  wanted: readonly Reference[],
  snapshot: Snapshot,
): { present: Reference[]; lacking: string } {
  const has = ({ table, column }: Reference): boolean => snapshot.has(table, column);
  const lacking = wanted
    .filter((reference) => !has(reference))
    .map(({ table, column }) => (snapshot.has(table) ? `${table}.${column}` : table));
  return {
    present: wanted.filter(has),
    lacking: lacking.length === 0 ? "" : ` (not in this database: ${[...new Set(lacking)].join(", ")})`,
  };
}
