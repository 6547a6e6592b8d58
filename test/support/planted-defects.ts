import type { CheckKey } from "../../validation/report";

/** A change to a sound dataset, and what the validation must say of it: the checks that fail, each with its count. */
export interface Defect {
  name: string;
  sql: string;
  /** Failed checks and, where the figure is a count of faults, that count. */
  found: Partial<Record<CheckKey, number | undefined>>;
}

/** The row with this number, of any table. */
const id = (n: number): string => `'c${String(n).padStart(24, "0")}'`;

const nobody = "'c_nobody'";

/** Lets `column` refer to rows that do not exist, or to none. */
function unconstrained(table: string, column: string): string {
  return `ALTER TABLE ${table} DROP CONSTRAINT "${table}_${column}_fkey", ALTER "${column}" DROP NOT NULL;`;
}

/** Deals the messages to conversations of these sizes, in order, and deletes the ones left over. */
function dealt(...rooms: { conversations: number; size: number }[]): string {
  const sizes = rooms.flatMap(({ conversations, size }) => Array<number>(conversations).fill(size));
  return `
CREATE TEMPORARY TABLE place AS
SELECT row_number() OVER () AS n, room FROM unnest('{${sizes.join(",")}}'::int[]) WITH ORDINALITY AS r(size, room),
  generate_series(1, size);
UPDATE messages SET "conversationId" = 'c' || lpad(room::text, 24, '0') FROM place WHERE id = 'c' || lpad(n::text, 24, '0');
DELETE FROM messages WHERE id > 'c' || lpad('${sizes.reduce((a, b) => a + b)}', 24, '0');`;
}

function brokenReference(table: string, column: string): Defect {
  return {
    name: `${table}.${column} of one row names a row that does not exist`,
    sql: `${unconstrained(table, column)}
      UPDATE ${table} SET "${column}" = ${nobody} WHERE id = (SELECT max(id) FROM ${table});`,
    found: { referential_integrity: 1 },
  };
}

function nullKey(table: string, column: string): Defect {
  return {
    name: `${table}.${column} of one row is NULL`,
    sql: `${unconstrained(table, column)}
      UPDATE ${table} SET "${column}" = NULL WHERE id = (SELECT max(id) FROM ${table});`,
    found: { data_completeness: 1 },
  };
}

function message(n: number, content: string): string {
  return `UPDATE messages SET content = '${content}' WHERE id = ${id(n)};`;
}

export const defects: Defect[] = [
  {
    name: "all conversations are of one size",
    sql: dealt({ conversations: 200, size: 39 }),
    found: { heavy_rooms: undefined, power_law_tail: undefined },
  },
  {
    name: "half of the conversations are large, none is huge",
    sql: dealt({ conversations: 101, size: 1 }, { conversations: 99, size: 75 }),
    found: { heavy_rooms: undefined },
  },
  {
    name: "the top 1 % is heavy enough, the top 5 % is not",
    sql: dealt(
      { conversations: 2, size: 720 },
      { conversations: 98, size: 60 },
      { conversations: 100, size: 3 },
    ),
    found: { heavy_rooms: undefined },
  },
  {
    name: "two rooms are huge, all others are of one size",
    sql: dealt({ conversations: 2, size: 1700 }, { conversations: 198, size: 20 }),
    found: { power_law_tail: undefined },
  },
  {
    name: "there are direct messages only",
    sql: `UPDATE conversations SET type = 'DIRECT_MESSAGE';`,
    found: { type_variety: 1 },
  },
  { name: "all messages are text", sql: `UPDATE messages SET type = 'TEXT';`, found: { type_variety: 1 } },
  {
    name: "messages come evenly round the clock",
    sql: `UPDATE messages SET "createdAt" = timestamp '2025-02-01' + right(id, 9)::int * interval '16 minutes';`,
    found: { diurnal_variation: undefined },
  },
  {
    name: "one user has a real address",
    sql: `UPDATE users SET email = 'jane.doe@company.test' WHERE id = ${id(7)};`,
    found: { pii_safety: 1 },
  },
  {
    name: "`syn_` is in the middle of an address, not at its beginning",
    sql: `UPDATE users SET email = 'jane_syn_doe@company.test' WHERE id = ${id(7)};`,
    found: { pii_safety: 1 },
  },
  {
    name: "all users have real addresses",
    sql: `UPDATE users SET email = username || '@company.test', username = id; UPDATE users SET email = 'u' || email;`,
    found: { pii_safety: 50 },
  },
  {
    name: "one message holds a real address",
    sql: message(4000, "write to jane@company.test, please"),
    found: { pii_safety: 1 },
  },
  {
    name: "a message holds a real address beside a synthetic one",
    sql: message(4000, "syn_jane@example.invalid or Bob+Chat@Mail.Company.TEST"),
    found: { pii_safety: 1 },
  },
  {
    name: "an address in a message only ends like a synthetic one",
    sql: message(4000, "<notsyn_jane@company.test>"),
    found: { pii_safety: 1 },
  },
  brokenReference("messages", "conversationId"),
  brokenReference("messages", "senderId"),
  {
    name: "one message replies to a message that does not exist",
    sql: `${unconstrained("messages", "replyToId")} UPDATE messages SET "replyToId" = ${nobody} WHERE id = ${id(5000)};`,
    found: { referential_integrity: 1 },
  },
  {
    name: "one message lacks both its sender and its conversation, another its sender: two orphans",
    sql: `${unconstrained("messages", "conversationId")} ${unconstrained("messages", "senderId")}
      UPDATE messages SET "senderId" = ${nobody} WHERE id IN (${id(3000)}, ${id(3001)});
      UPDATE messages SET "conversationId" = ${nobody} WHERE id = ${id(3000)};`,
    found: { referential_integrity: 2 },
  },
  brokenReference("conversations", "creatorId"),
  brokenReference("conversation_users", "conversationId"),
  brokenReference("conversation_users", "userId"),
  brokenReference("attachments", "messageId"),
  brokenReference("attachments", "uploaderId"),
  brokenReference("message_reads", "messageId"),
  brokenReference("message_reads", "userId"),
  {
    name: "one message is older than the one before it",
    sql: `UPDATE messages SET "createdAt" = "createdAt" - interval '1 day' WHERE id = ${id(4000)};`,
    found: { timestamp_ordering: 1 },
  },
  {
    name: "two neighbours have each other's time",
    sql: `UPDATE messages m SET "createdAt" = n."createdAt" FROM messages n
      WHERE m.id IN (${id(4000)}, ${id(4001)}) AND n.id IN (${id(4000)}, ${id(4001)}) AND m.id <> n.id;`,
    found: { timestamp_ordering: 1 },
  },
  {
    name: "one message is from the future",
    sql: `UPDATE messages SET "createdAt" = '2031-02-01 09:30' WHERE id = ${id(4000)};`,
    found: { timestamp_ordering: 1 },
  },
  {
    name: "one message is older than its conversation",
    sql: `UPDATE conversations SET "createdAt" = "first" + interval '1 ms' FROM (
        SELECT min("createdAt") AS "first" FROM messages WHERE "conversationId" = ${id(1)}
      ) AS message WHERE id = ${id(1)};`,
    found: { timestamp_ordering: 1 },
  },
  nullKey("messages", "senderId"),
  nullKey("messages", "conversationId"),
  nullKey("conversations", "creatorId"),
  nullKey("conversation_users", "userId"),
  nullKey("conversation_users", "conversationId"),
  nullKey("attachments", "uploaderId"),
  nullKey("message_reads", "messageId"),
  nullKey("message_reads", "userId"),
];

/** Changes that look like defects and are none. */
export const harmless: Omit<Defect, "found">[] = [
  {
    name: "synthetic addresses and other uses of @ in messages",
    sql: message(4000, "@all: syn_jane@example.invalid, (Synthetic_Joe@x.invalid); lunch @ 5, a@b"),
  },
  {
    name: "an attachment that waits for its message",
    sql: `UPDATE attachments SET "messageId" = NULL WHERE id = (SELECT max(id) FROM attachments);`,
  },
  {
    name: "messages of the same instant",
    sql: `UPDATE messages SET "createdAt" = (SELECT "createdAt" FROM messages WHERE id = ${id(4000)}) WHERE id = ${id(4001)};`,
  },
  {
    name: "conversations without messages",
    sql: `INSERT INTO conversations (id, "creatorId", "updatedAt") SELECT 'c_empty' || n, ${id(1)}, now() FROM generate_series(1, 500) n;`,
  },
  { name: "messages without text", sql: `UPDATE messages SET content = NULL WHERE type <> 'TEXT';` },
];
