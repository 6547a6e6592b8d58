import { type Defect, id, soundMessages, soundSize } from "./defect";

interface Rooms {
  conversations: number;
  size: number;
}

/** Assigns the messages to conversations of these sizes, in order, and deletes the remaining ones. */
export function dealt(...rooms: Rooms[]): string {
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

/** The sizes of the dataset's conversations, the largest first. */
const soundSizes = Array.from({ length: soundSize.conversations }, (_, i) =>
  Math.floor(soundSize.smallest * (soundSize.conversations / (i + 1)) ** 1.25),
);

export const heavyRooms: Defect[] = [
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

export const powerLawTail: Defect[] = [
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
