import { type Defect, id, soundMessages } from "./defect";

/** Gives the messages each other's times: the first of them gets the last one's, and so on. */
function reversed(...numbers: number[]): string {
  const times = numbers.map((n, i) => `(${id(n)}, ${id(numbers.at(-1 - i)!)})`).join(", ");
  return `UPDATE messages SET "createdAt" = other."createdAt" FROM (VALUES ${times}) AS pair (own, others)
    JOIN messages AS other ON other.id = others WHERE messages.id = own;`;
}

function moved(n: number, by: string): string {
  return `UPDATE messages SET "createdAt" = "createdAt" + interval '${by}' WHERE id = ${id(n)};`;
}

export const timestampOrdering: Defect[] = [
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
