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

/** The types of each table's columns, in their order in the table. */
export const columnTypes = Object.fromEntries(
  tableNames.map((table) => [table, tables[table].map(typeOf)]),
) as Record<TableName, ColumnType[]>;

/** A key or index of the chat schema. */
export interface IndexModel {
  name: string;
  /** Numbers of its columns in the table. */
  columns: number[];
  /** Whether each row has a key of its own, or the table whose rows are the keys: many rows may then have the same. */
  keys: "unique" | "users" | "conversations" | "messages";
  /** Whether it has the replies alone. */
  repliesOnly: boolean;
}

/** The keys and indexes of `prisma/migrations`. Rows without a value are in none that could have them. */
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
