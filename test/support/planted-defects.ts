import type { CheckKey } from "../../validation/report";

/** A change to the sound dataset, and what the check that it is meant for must find. */
export interface Defect {
  name: string;
  sql: string;
  /** The check's figure, where it is a count of faults or of types. */
  count?: number;
  /** Checks that must fail as well, because the same rows decide them. */
  also?: CheckKey[];
}

/** The dataset that defects are planted in: 26,466 messages, the smallest conversation has ten. */
export const soundSize = { users: 50, conversations: 200, smallest: 10 };
export const soundMessages = 26_466;

/** The row with this number, of any table. */
export const id = (n: number): string => `'c${String(n).padStart(24, "0")}'`;

const nobody = "'c_nobody'";

// --- Sizes of conversations

interface Rooms {
  conversations: number;
  size: number;
}

/** Deals the messages to conversations of these sizes, in order, and deletes the ones left over. */
function dealt(...rooms: Rooms[]): string {
  return dealtSizes(rooms.flatMap(({ conversations, size }) => Array<number>(conversations).fill(size)));
}

function dealtSizes(sizes: number[]): string {
  const total = sizes.reduce((a, b) => a + b);
  if (total > soundMessages) throw new Error(`There are not ${total} messages to deal.`);
  return `
CREATE TEMPORARY TABLE place AS
SELECT row_number() OVER () AS n, room FROM unnest('{${sizes.join(",")}}'::int[]) WITH ORDINALITY AS r(size, room),
  generate_series(1, size);
UPDATE messages SET "conversationId" = 'c' || lpad(room::text, 24, '0') FROM place WHERE id = 'c' || lpad(n::text, 24, '0');
DELETE FROM messages WHERE id > ${id(total)};`;
}

/** The sound dataset's sizes, largest first. */
const soundSizes = Array.from({ length: soundSize.conversations }, (_, i) =>
  Math.floor(soundSize.smallest * (soundSize.conversations / (i + 1)) ** 1.25),
);

const heavyRooms: Defect[] = [
  {
    name: "all conversations are of one size",
    sql: dealt({ conversations: 200, size: 132 }),
    also: ["power_law_tail"],
  },
  {
    name: "sizes lie evenly between 1 and 250",
    sql: dealtSizes(Array.from({ length: 200 }, (_, i) => Math.floor(1 + i * 1.25))),
    also: ["power_law_tail"],
  },
  {
    name: "half of the conversations are large, none is huge",
    sql: dealt({ conversations: 101, size: 1 }, { conversations: 99, size: 266 }),
  },
  {
    name: "the top 1 % is heavy enough, the top 5 % is not",
    sql: dealt(
      { conversations: 2, size: 2400 },
      { conversations: 98, size: 212 },
      { conversations: 100, size: 8 },
    ),
  },
  {
    name: "the top 5 % is heavy enough, the top 1 % holds 14.9 %",
    sql: dealt(
      { conversations: 2, size: 1950 },
      { conversations: 8, size: 1000 },
      { conversations: 50, size: 235 },
      { conversations: 140, size: 18 },
    ),
  },
  {
    name: "the tail is capped at 600 messages",
    sql: dealtSizes(soundSizes.map((size) => Math.min(size, 600))),
  },
  { name: "the two largest conversations are gone", sql: `DELETE FROM conversations WHERE id <= ${id(2)};` },
  {
    name: "each of the ten largest conversations is split into ten",
    sql: `
INSERT INTO conversations (id, type, "creatorId", "createdAt", "updatedAt")
SELECT c.id || part, c.type, c."creatorId", c."createdAt", c."updatedAt" FROM conversations c, generate_series(1, 9) part
WHERE c.id <= ${id(10)};
UPDATE messages SET "conversationId" = "conversationId" || right(id, 1) WHERE "conversationId" <= ${id(10)} AND right(id, 1) <> '0';`,
  },
];

const powerLawTail: Defect[] = [
  {
    name: "two rooms are huge, all others are of one size",
    sql: dealt({ conversations: 2, size: 5600 }, { conversations: 198, size: 77 }),
  },
  {
    name: "one room is huge, all others are of one size",
    sql: dealt({ conversations: 1, size: 10_000 }, { conversations: 199, size: 82 }),
  },
  {
    name: "p99/p50 is 10 and not more",
    sql: dealt(
      { conversations: 2, size: 7600 },
      { conversations: 40, size: 200 },
      { conversations: 158, size: 20 },
    ),
  },
  {
    name: "there are no small conversations",
    sql: dealt(
      { conversations: 2, size: 6000 },
      { conversations: 8, size: 300 },
      { conversations: 190, size: 62 },
    ),
  },
  {
    name: "the tail ends at 200 messages, but for two rooms",
    sql: dealtSizes(soundSizes.map((size, rank) => (rank < 2 ? 5000 : Math.min(size, 200)))),
  },
  { name: "all messages are in one conversation", sql: `UPDATE messages SET "conversationId" = ${id(1)};` },
  {
    name: "two conversations share all messages",
    sql: `UPDATE messages SET "conversationId" = CASE WHEN right(id, 1) < '5' THEN ${id(1)} ELSE ${id(2)} END;`,
  },
];

// --- Types

const typeVariety: Defect[] = [
  {
    name: "there are direct messages only",
    sql: `UPDATE conversations SET type = 'DIRECT_MESSAGE';`,
    count: 1,
  },
  { name: "there are group chats only", sql: `UPDATE conversations SET type = 'GROUP_CHAT';`, count: 1 },
  { name: "all groups are gone", sql: `DELETE FROM conversations WHERE type = 'GROUP_CHAT';`, count: 1 },
  { name: "all messages are text", sql: `UPDATE messages SET type = 'TEXT';`, count: 1 },
  { name: "all messages are images", sql: `UPDATE messages SET type = 'IMAGE';`, count: 1 },
  {
    name: "text is all that is left of the messages",
    sql: `DELETE FROM messages WHERE type <> 'TEXT';`,
    count: 1,
  },
  {
    name: "messages are text or of no type at all",
    sql: `ALTER TABLE messages ALTER type DROP NOT NULL; UPDATE messages SET type = NULL WHERE type <> 'TEXT';`,
    count: 1,
  },
  {
    name: "no conversation has a type",
    sql: `ALTER TABLE conversations ALTER type DROP NOT NULL; UPDATE conversations SET type = NULL;`,
    count: 0,
  },
];

// --- Hours

/** Gives the messages times that spread over each day by these 24 weights, in the order of their ids. */
function spreadOverDay(weights: number[]): string {
  const hours = weights.flatMap((weight, hour) => Array<number>(weight).fill(hour));
  return `
UPDATE messages SET "createdAt" = timestamp '2025-02-01' + n / ${hours.length} * interval '1 day'
  + ('{${hours.join(",")}}'::int[])[n % ${hours.length} + 1] * interval '1 hour' + n % ${hours.length} * interval '1 second'
FROM (SELECT id AS message, right(id, 9)::int - 1 AS n FROM messages) AS numbered WHERE id = message;
DELETE FROM messages WHERE id > ${id(soundMessages - (soundMessages % hours.length))};`;
}

const day = (weight: (hour: number) => number): number[] =>
  Array.from({ length: 24 }, (_, hour) => weight(hour));
const isPeak = (hour: number): boolean => [9, 10, 11, 18, 19, 20].includes(hour);

const diurnalVariation: Defect[] = [
  { name: "messages come evenly round the clock", sql: spreadOverDay(day(() => 1)) },
  {
    name: "the busiest hour has 1.5 times the quietest and not more",
    sql: spreadOverDay(day((h) => (isPeak(h) ? 3 : 2))),
  },
  { name: "the night is nearly as busy as the peaks", sql: spreadOverDay(day((h) => (isPeak(h) ? 4 : 3))) },
  {
    name: "one hour is busier by 40 %, all others are even",
    sql: spreadOverDay(day((h) => (h === 12 ? 14 : 10))),
  },
  {
    name: "one hour is quieter by 30 %, all others are even",
    sql: spreadOverDay(day((h) => (h === 3 ? 7 : 10))),
  },
  {
    name: "three shifts work nearly alike",
    sql: spreadOverDay(day((h) => [10, 14, 12][Math.floor(h / 8)]!)),
  },
  {
    name: "weekdays differ, hours do not",
    sql: `UPDATE messages SET "createdAt" = timestamp '2025-02-03' + n / 3600 * interval '7 days' + n % 3600 * interval '2 minutes'
      FROM (SELECT id AS message, right(id, 9)::int - 1 AS n FROM messages) AS numbered WHERE id = message;`,
  },
];

// --- Addresses

function user(n: number, email: string): string {
  return `UPDATE users SET email = '${email}' WHERE id = ${id(n)};`;
}

function message(n: number, content: string): string {
  return `UPDATE messages SET content = '${content}' WHERE id = ${id(n)};`;
}

/** What addresses of persons look like, in messages. */
const realTexts: [what: string, text: string][] = [
  ["an address alone", "jane@company.test"],
  ["an address in the middle of a text", "write to jane.doe@mail.company.test, please"],
  ["an address in capitals", "JANE.DOE@COMPANY.TEST"],
  ["an address with a k, which another sign is a capital of", "kk@kk.kk"],
  ["an address with a tag", "jane+chat@company.test"],
  ["an address beside a synthetic one", "syn_jane@example.invalid or Bob@Company.test"],
  ["an address that only ends like a synthetic one", "<xsyn_jane@company.test>"],
  ["an address with `syn_` in its middle", "jane.syn_doe@company.test"],
  ["an address whose domain alone begins with `syn_`", "jane@syn_mail.syn.test"],
  ["an address in a link", "mailto:jane@company.test?subject=hi"],
  ["an address in quotes and brackets", `"(jane@company.test)"`],
  ["an address at the end of a sentence, on a line of its own", "see\njane@company.test.\nthanks"],
  ["an address with an apostrophe", "o''hara@company.test"],
  ["an address in a domain with an umlaut", "jane@bücher.test"],
  ["an address that begins with a letter beyond ASCII", "émile@company.test"],
  ["an address all beyond ASCII", "用户@例子.测试"],
  ["an address in Punycode", "jane@xn--bcher-kva.xn--p1ai"],
  ["two addresses, which are one message", "jane@company.test joe@company.test"],
];

const piiSafety: Defect[] = [
  { name: "one user has a real address", sql: user(7, "jane.doe@company.test"), count: 1 },
  { name: "the first user has a real address", sql: user(1, "jane.doe@company.test"), count: 1 },
  { name: "the last user has a real address", sql: user(50, "JANE@COMPANY.TEST"), count: 1 },
  {
    name: "`syn_` is in the middle of a user's address",
    sql: user(7, "jane_syn_doe@company.test"),
    count: 1,
  },
  {
    name: "a user's address begins nearly as a synthetic one",
    sql: user(7, "synjane@company.test"),
    count: 1,
  },
  {
    name: "a real address follows a user's synthetic one",
    sql: user(7, "syn_7@a.test, jane@b.test"),
    count: 1,
  },
  { name: "a user has something else for an address", sql: user(7, "jane"), count: 1 },
  {
    name: "all users have real addresses",
    sql: `UPDATE users SET email = 'u' || username || '@company.test';`,
    count: 50,
  },
  ...realTexts.map(([what, text]) => ({
    name: `a message holds ${what}`,
    sql: message(4000, text),
    count: 1,
  })),
  { name: "the first message holds an address", sql: message(1, "jane@company.test"), count: 1 },
  { name: "the last message holds an address", sql: message(soundMessages, "jane@company.test"), count: 1 },
  { name: "the text to an image holds an address", sql: message(4018, "jane@company.test"), count: 1 },
  {
    name: "a user and two messages have addresses",
    sql: `${user(7, "jane@company.test")} ${message(40, "jane@company.test")} ${message(9000, "jane@company.test")}`,
    count: 3,
  },
];

// --- References

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

const referentialIntegrity: Defect[] = [
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

const dataCompleteness: Defect[] = [
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

// --- Order in time

/** Gives the messages each other's times: the first of them gets the last one's, and so on. */
function reversed(...numbers: number[]): string {
  const times = numbers.map((n, i) => `(${id(n)}, ${id(numbers.at(-1 - i)!)})`).join(", ");
  return `UPDATE messages SET "createdAt" = other."createdAt" FROM (VALUES ${times}) AS pair (own, others)
    JOIN messages AS other ON other.id = others WHERE messages.id = own;`;
}

function moved(n: number, by: string): string {
  return `UPDATE messages SET "createdAt" = "createdAt" + interval '${by}' WHERE id = ${id(n)};`;
}

const timestampOrdering: Defect[] = [
  { name: "two neighbours have each other's time", sql: reversed(4000, 4001), count: 1 },
  { name: "the first two have each other's time", sql: reversed(1, 2), count: 1 },
  { name: "the last two have each other's time", sql: reversed(soundMessages - 1, soundMessages), count: 1 },
  { name: "the first and the last have each other's time", sql: reversed(1, soundMessages), count: 2 },
  { name: "three in a row run backwards", sql: reversed(4000, 4001, 4002), count: 2 },
  {
    name: "two pairs far apart have each other's time",
    sql: `${reversed(40, 41)} ${reversed(20_000, 20_001)}`,
    count: 2,
  },
  {
    name: "one message is older than the one before it by a millisecond",
    sql: `UPDATE messages SET "createdAt" = before."createdAt" - interval '1 ms' FROM messages AS before
      WHERE messages.id = ${id(4001)} AND before.id = ${id(4000)};`,
    count: 1,
  },
  { name: "one message is older by a day", sql: moved(4000, "-1 day"), count: 1 },
  { name: "one message is from the future", sql: moved(4000, "6 years"), count: 1 },
  {
    name: "a message without a time hides none behind it",
    sql: `ALTER TABLE messages ALTER "createdAt" DROP NOT NULL; ${reversed(4000, 4002)}
      UPDATE messages SET "createdAt" = NULL WHERE id = ${id(4001)};`,
    count: 1,
  },
  {
    name: "one message is older than its conversation",
    sql: `UPDATE conversations SET "createdAt" = "first" + interval '1 ms' FROM (
        SELECT min("createdAt") AS "first" FROM messages WHERE "conversationId" = ${id(1)}
      ) AS message WHERE id = ${id(1)};`,
    count: 1,
  },
  {
    name: "a conversation is younger than all its ten messages",
    sql: `UPDATE conversations SET "createdAt" = '2026-01-01' WHERE id = ${id(200)};`,
    count: 10,
  },
  {
    name: "a message is older than the one before it and than its conversation: it is one message",
    sql: `UPDATE messages SET "createdAt" = '2024-01-01' WHERE id = ${id(4000)};`,
    count: 1,
  },
];

/** Defects by the check that must find them. */
export const defects: Record<CheckKey, Defect[]> = {
  heavy_rooms: heavyRooms,
  power_law_tail: powerLawTail,
  type_variety: typeVariety,
  diurnal_variation: diurnalVariation,
  pii_safety: piiSafety,
  referential_integrity: referentialIntegrity,
  timestamp_ordering: timestampOrdering,
  data_completeness: dataCompleteness,
};

/** Changes that look like defects and are none. */
export const harmless: Omit<Defect, "count">[] = [
  {
    name: "synthetic addresses and other uses of @ in messages",
    sql: message(4000, "@all: syn_jane@example.invalid, (Synthetic_Joe@x.invalid); lunch @ 5, a@b, v@1.2"),
  },
  {
    name: "synthetic addresses after punctuation, quotes and symbols of any script",
    sql: message(4000, "“syn_a@x.invalid”,👋syn_b@x.invalid、=syn_c@x.invalid ''syn_d@x.invalid''"),
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
    name: "a message as old as its conversation",
    sql: `UPDATE conversations SET "createdAt" = (SELECT min("createdAt") FROM messages WHERE "conversationId" = ${id(1)}) WHERE id = ${id(1)};`,
  },
  {
    name: "conversations without messages",
    sql: `INSERT INTO conversations (id, "creatorId", "updatedAt") SELECT 'c_empty' || n, ${id(1)}, now() FROM generate_series(1, 500) n;`,
  },
  { name: "messages without text", sql: `UPDATE messages SET content = NULL WHERE type <> 'TEXT';` },
  {
    name: "a busiest hour of a little more than 1.5 times the quietest",
    sql: spreadOverDay(day((h) => (isPeak(h) ? 151 : 100))),
  },
  {
    name: "a top 1 % of 15 % and a top 5 % of 30 % sharp",
    sql: dealt(
      { conversations: 2, size: 1800 },
      { conversations: 8, size: 450 },
      { conversations: 50, size: 322 },
      { conversations: 140, size: 5 },
    ),
  },
];
