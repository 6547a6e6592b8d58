import type { Snapshot } from "./snapshot";

/** A column that names a row of another table. */
export interface Reference {
  table: string;
  column: string;
  parent: string;
  /** Whether every row must have it: a message need not be a reply, an attachment may wait for its message. */
  required: boolean;
}

/** All foreign keys of the chat schema. They are checked as data: the database's own constraints may be missing. */
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
 * Those of the references that a database has, which others may have made, and words for those that it lacks: a
 * reader of the result must know what it does not speak of.
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
