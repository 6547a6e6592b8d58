import { type Defect, id, nobody, soundMessages } from "./defect";

/** Lets `column` refer to rows that do not exist, or to none. */
function unconstrained(table: string, ...columns: string[]): string {
  return columns
    .map(
      (column) =>
        `ALTER TABLE ${table} DROP CONSTRAINT "${table}_${column}_fkey", ALTER "${column}" DROP NOT NULL;`,
    )
    .join(" ");
}

type Place = "min" | "max";

/** Sets columns of the first or last row. */
function set(table: string, columns: string[], value: string, row: Place = "max"): string {
  return `${unconstrained(table, ...columns)}
    UPDATE ${table} SET ${columns.map((column) => `"${column}" = ${value}`).join(", ")} WHERE id = (SELECT ${row}(id) FROM ${table});`;
}

const required: [table: string, column: string][] = [
  ["messages", "conversationId"],
  ["messages", "senderId"],
  ["conversations", "creatorId"],
  ["conversation_users", "conversationId"],
  ["conversation_users", "userId"],
  ["attachments", "uploaderId"],
  ["message_reads", "messageId"],
  ["message_reads", "userId"],
];
const optional: [table: string, column: string][] = [
  ["messages", "replyToId"],
  ["attachments", "messageId"],
];

export const referentialIntegrity: Defect[] = [
  ...[...required, ...optional].map(([table, column]) => ({
    name: `${table}.${column} of the last row names a row that does not exist`,
    sql: set(table, [column], nobody),
    count: 1,
  })),
  {
    name: "the first message's sender does not exist",
    sql: set("messages", ["senderId"], nobody, "min"),
    count: 1,
  },
  ...[
    ["messages", "conversationId", "senderId", "replyToId"],
    ["conversation_users", "conversationId", "userId"],
    ["attachments", "messageId", "uploaderId"],
    ["message_reads", "messageId", "userId"],
  ].map(([table, ...columns]) => ({
    name: `a row of ${table!} has all its references broken: it is one orphan`,
    sql: set(table!, columns, nobody),
    count: 1,
  })),
  {
    name: "one message lacks its sender and its conversation, another its sender: two orphans",
    sql: `${unconstrained("messages", "conversationId", "senderId")}
      UPDATE messages SET "senderId" = ${nobody} WHERE id IN (${id(3000)}, ${id(3001)});
      UPDATE messages SET "conversationId" = ${nobody} WHERE id = ${id(3000)};`,
    count: 2,
  },
  {
    name: "a conversation is gone, its ten messages and two members are not",
    sql: `${unconstrained("messages", "conversationId")} ${unconstrained("conversation_users", "conversationId")}
      DELETE FROM conversations WHERE id = ${id(200)};`,
    count: 12,
  },
  {
    name: "an image is gone, its attachment is not",
    sql: `${unconstrained("messages", "replyToId")} ${unconstrained("attachments", "messageId")}
      UPDATE messages SET "replyToId" = NULL WHERE "replyToId" = ${id(4018)};
      DELETE FROM messages WHERE id = ${id(4018)};`,
    count: 1,
  },
];

export const dataCompleteness: Defect[] = [
  ...required.map(([table, column]) => ({
    name: `${table}.${column} of the last row is NULL`,
    sql: set(table, [column], "NULL"),
    count: 1,
  })),
  { name: "the first message has no sender", sql: set("messages", ["senderId"], "NULL", "min"), count: 1 },
  {
    name: "a message has neither sender nor conversation",
    sql: set("messages", ["senderId", "conversationId"], "NULL"),
    count: 2,
  },
  {
    name: "no message has a sender",
    sql: `${unconstrained("messages", "senderId")} UPDATE messages SET "senderId" = NULL;`,
    count: soundMessages,
  },
];
