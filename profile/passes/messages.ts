import { labelled, type Pass } from "../pass";
import { bitOf } from "../privacy";

const types = { column: "type", values: ["TEXT", "IMAGE", "FILE", "AUDIO", "VIDEO", "LOCATION", "SYSTEM"] };
const sets = `${bitOf('"senderId"')} AS people, ${bitOf('"conversationId"')} AS rooms`;
const secondsTo = (column: string): string =>
  `SELECT date_part('epoch', "${column}" - "createdAt") AS value, ${sets} FROM messages WHERE "${column}" IS NOT NULL`;
const yes = (condition: string): string => `CASE WHEN ${condition} THEN 'yes' ELSE 'no' END`;

/** What messages contain, and what happens to them later. */
export const messages: Pass = {
  title: "messages",
  distributions: {
    "bytes-of-text": {
      unit: "bytes",
      part: types,
      members: `SELECT type, nullif(octet_length(content), 0)::float8 AS value, ${sets} FROM messages`,
    },
    "time-to-edit": { unit: "seconds", members: secondsTo("editedAt") },
    "time-to-delete": { unit: "seconds", members: secondsTo("deletedAt") },
  },
  // PostgreSQL knows that a condition has two values, and groups by hashing.
  shares: `
SELECT x.name, x.key, n, people, rooms FROM (
  SELECT type, coalesce(content, '') <> '' AS text, "replyToId" IS NOT NULL AS reply, "isEdited" AS edited,
    "isDeleted" AS deleted, count(*) AS n,
    bit_or(${bitOf('"senderId"')}) AS people, bit_or(${bitOf('"conversationId"')}) AS rooms
  FROM messages GROUP BY 1, 2, 3, 4, 5
) facts CROSS JOIN LATERAL (VALUES ('types-of-messages', ${labelled(types.column, types.values)}), ('messages-with-text', ${yes("text")}),
  ('replies', ${yes("reply")}), ('edited-messages', ${yes("edited")}), ('deleted-messages', ${yes("deleted")})) AS x (name, key)`,
};
