import { labelled, type Pass } from "../pass";
import { bitOf } from "../privacy";
import { windowEnd, windowStart } from "./activity";

const types = { column: "type", values: ["DIRECT_MESSAGE", "GROUP_CHAT", "CHANNEL"] };

/** Classes of rooms by their number of messages. */
const classes = { column: "class", values: ["none", "1-4", "5-49", "50-999", "1000 and more"] };
const sizeClass = `CASE WHEN n = 0 THEN 'none' WHEN n < 5 THEN '1-4' WHEN n < 50 THEN '5-49'
  WHEN n < 1000 THEN '50-999' ELSE '1000 and more' END`;

const seconds = (interval: string): string => `date_part('epoch', ${interval})`;
const window = seconds(`${windowEnd} - ${windowStart}`);
const shareOfWindow = (interval: string): string => `least(greatest(${seconds(interval)} / ${window}, 0), 1)`;

const ofRooms = (part: string, value: string, condition = "true"): string =>
  `SELECT ${part}, (${value})::float8 AS value, people, rooms FROM classed WHERE ${condition}`;

/** What rooms and people are like: sizes, members, and the lives of rooms. Shares of the window are from 0 to 1. */
export const rooms: Pass = {
  title: "rooms and people",
  tables: `
pairs AS MATERIALIZED (
  SELECT "conversationId" AS room, "senderId" AS person, count(*) AS n,
    min("createdAt"::timestamp) AS first, max("createdAt"::timestamp) AS last
  FROM messages GROUP BY 1, 2
),
membership AS MATERIALIZED (
  SELECT "conversationId" AS room, count(*) AS n, bit_or(${bitOf('"userId"')}) AS people FROM conversation_users GROUP BY 1
),
room AS (
  SELECT c.id, c.type,
    coalesce(sum(p.n), 0) AS n, min(p.first) AS first, max(p.last) AS last, max(p.n) AS most, coalesce(m.n, 0) AS members,
    coalesce(bit_or(${bitOf("p.person")}), 0) | coalesce(m.people, 0) AS people, ${bitOf("c.id")} AS rooms
  FROM conversations c LEFT JOIN pairs p ON p.room = c.id LEFT JOIN membership m ON m.room = c.id
  GROUP BY c.id, c.type, m.n, m.people
),
classed AS MATERIALIZED (
  SELECT *, ${sizeClass} AS class, ${shareOfWindow("last - first")} AS life,
    ${shareOfWindow(`first - ${windowStart}`)} AS birth, ${shareOfWindow(`${windowEnd} - last`)} AS silence
  FROM room
),
person AS (
  SELECT u.id, coalesce(sum(p.n), 0) AS n, ${bitOf("u.id")} AS people, coalesce(bit_or(${bitOf("p.room")}), 0) AS rooms
  FROM users u LEFT JOIN pairs p ON p.person = u.id GROUP BY u.id
)`,
  distributions: {
    "messages-per-room": { unit: "count", part: types, members: ofRooms("type", "n", "n > 0") },
    "members-per-room": { unit: "count", part: types, members: ofRooms("type", "members") },
    "members-by-size": { unit: "count", part: classes, members: ofRooms("class", "members") },
    "birth-of-room": { unit: "share", part: classes, members: ofRooms("class", "birth", "n > 0") },
    "life-of-room": { unit: "share", part: classes, members: ofRooms("class", "life", "n > 1") },
    "silence-of-room": { unit: "share", part: classes, members: ofRooms("class", "silence", "n > 0") },
    "most-active-sender": { unit: "share", members: ofRooms("class", "most / n", "n >= 5") },
    "messages-per-user": {
      unit: "count",
      members: "SELECT n::float8 AS value, people, rooms FROM person WHERE n > 0",
    },
    "rooms-per-user": {
      unit: "count",
      members: `SELECT count(*)::float8 AS value, ${bitOf('"userId"')} AS people, bit_or(${bitOf('"conversationId"')}) AS rooms
    FROM conversation_users GROUP BY "userId"`,
    },
  },
  shares: `
SELECT 'types-of-rooms' AS name, ${labelled(types.column, types.values)} AS key, 1 AS n, people, rooms FROM classed
UNION ALL SELECT 'rooms-with-messages', CASE WHEN n > 0 THEN 'yes' ELSE 'no' END, 1, people, rooms FROM classed
UNION ALL SELECT 'users-who-wrote', CASE WHEN n > 0 THEN 'yes' ELSE 'no' END, 1, people,
  CASE WHEN n > 0 THEN rooms ELSE coalesce((SELECT bit_or(${bitOf('"conversationId"')}) FROM conversation_users WHERE "userId" = person.id), 0) END
  FROM person`,
};
