import { enumColumns, tableNames, tables, type TableName } from "../tables";
import type { ColumnType } from "./layout";

const booleans = [
  ["isActive", "allowDirectMessages", "showOnlineStatus", "isOnline", "allowMemberAdd", "allowFileSharing"],
  ["isMuted", "isEdited", "isDeleted"],
].flat();
const integers = [
  "anonymousPostsToday",
  "weeklyPushesUsed",
  "maxMembers",
  "size",
  "width",
  "height",
  "duration",
];
const timestamps = /At$|^lastAnonymousPostDate$|^lastWeeklyReset$|^mutedUntil$/;

function typeOf(column: string): ColumnType {
  if (enumColumns.includes(column)) return "enum";
  if (booleans.includes(column)) return "boolean";
  if (integers.includes(column)) return "integer";
  return timestamps.test(column) ? "timestamp" : "text";
}

/** The types of the columns of each table, in the order of the table. */
export const columnTypes = Object.fromEntries(
  tableNames.map((table) => [table, tables[table].map(typeOf)]),
) as Record<TableName, ColumnType[]>;

/** A key or index of the chat schema. */
export interface IndexModel {
  name: string;
  /** The positions of its columns in the table. */
  columns: number[];
  /** `unique`: each row has its own key. Otherwise the keys are the rows of that table, and many rows may have the same key. */
  keys: "unique" | "users" | "conversations" | "messages";
  /** Whether it has entries only for replies. */
  repliesOnly: boolean;
}

/** The keys and indexes of `prisma/migrations`. A row with a NULL has no entry. */
export const indexes: Record<TableName, IndexModel[]> = {
  users: [
    index("users", "users_pkey", ["id"]),
    index("users", "users_email_key", ["email"]),
    index("users", "users_username_key", ["username"]),
  ],
  conversations: [
    index("conversations", "conversations_pkey", ["id"]),
    index("conversations", "conversations_creatorId_idx", ["creatorId"], "users"),
  ],
  conversation_users: [
    index("conversation_users", "conversation_users_pkey", ["id"]),
    index("conversation_users", "conversation_users_conversationId_idx", ["conversationId"], "conversations"),
    index("conversation_users", "conversation_users_userId_conversationId_key", ["userId", "conversationId"]),
  ],
  messages: [
    index("messages", "messages_pkey", ["id"]),
    index("messages", "messages_conversationId_idx", ["conversationId"], "conversations"),
    index("messages", "messages_senderId_idx", ["senderId"], "users"),
    index("messages", "messages_replyToId_idx", ["replyToId"], "messages"),
  ],
  attachments: [
    index("attachments", "attachments_pkey", ["id"]),
    index("attachments", "attachments_messageId_idx", ["messageId"], "messages"),
    index("attachments", "attachments_uploaderId_idx", ["uploaderId"], "users"),
  ],
  message_reads: [
    index("message_reads", "message_reads_pkey", ["id"]),
    index("message_reads", "message_reads_messageId_idx", ["messageId"], "messages"),
    index("message_reads", "message_reads_userId_messageId_key", ["userId", "messageId"]),
  ],
};

function index<T extends TableName>(
  table: T,
  name: string,
  columns: (typeof tables)[T][number][],
  keys: IndexModel["keys"] = "unique",
): IndexModel {
  const all: readonly string[] = tables[table];
  return {
    name,
    columns: columns.map((column) => all.indexOf(column)),
    keys,
    repliesOnly: name === "messages_replyToId_idx",
  };
}
