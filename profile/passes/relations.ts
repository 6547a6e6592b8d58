import type { Pass } from "../pass";
import { bitOf } from "../privacy";

const types = { column: "type", values: ["IMAGE", "VIDEO", "AUDIO", "DOCUMENT"] };
const seconds = (later: string, earlier: string): string =>
  `greatest(date_part('epoch', ${later} - ${earlier}), 0)`;
const perMessage = (table: string): string =>
  `SELECT count(*)::float8 AS value, bit_or(people) AS people, bit_or(rooms) AS rooms FROM ${table} GROUP BY "messageId"`;

/** What belongs to messages: replies, reads and attachments. */
export const relations: Pass = {
  title: "replies, reads and attachments",
  tables: `
reading AS MATERIALIZED (
  SELECT r."messageId", ${seconds('r."readAt"', 'm."createdAt"')} AS value, ${bitOf('r."userId"')} AS people,
    ${bitOf('m."conversationId"')} AS rooms
  FROM message_reads r JOIN messages m ON m.id = r."messageId"
),
attached AS MATERIALIZED (
  SELECT a."messageId", a.type, a.size::float8 AS value, ${bitOf('a."uploaderId"')} AS people, ${bitOf('m."conversationId"')} AS rooms
  FROM attachments a JOIN messages m ON m.id = a."messageId"
)`,
  distributions: {
    "time-to-reply": {
      unit: "seconds",
      members: `SELECT ${seconds('r."createdAt"', 'm."createdAt"')} AS value, ${bitOf('r."senderId"')} AS people,
    ${bitOf('r."conversationId"')} AS rooms FROM messages r JOIN messages m ON m.id = r."replyToId"`,
    },
    "time-to-read": { unit: "seconds", members: "SELECT value, people, rooms FROM reading" },
    "reads-per-message": { unit: "count", members: perMessage("reading") },
    "attachments-per-message": { unit: "count", members: perMessage("attached") },
    "bytes-of-attachment": {
      unit: "file bytes",
      part: types,
      members: "SELECT type, value, people, rooms FROM attached",
    },
  },
};
