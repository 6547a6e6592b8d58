import { edges } from "../edges";
import type { Unit } from "../profile";
import type { Pass } from "../pass";
import { bitOf } from "../privacy";

/** Messages of a room with at most this many seconds between them belong to one burst. */
const BURST_SECONDS = 1800;

/** Numbers are sorted in a third of the time of texts. Of a million rooms, two have one hash in one of 37 million cases. */
const hashOf = (id: string): string => `hashtextextended(${id}::text, 0)`;
const byRoom = "PARTITION BY room ORDER BY at, message DESC";
const binOf = (value: string, unit: Unit): string =>
  `width_bucket(${value}, '{${edges[unit].join(",")}}'::float8[])`;
const fromFacts = (value: string, bin: string): string =>
  `SELECT ${value} / n AS value, n, people, rooms FROM facts WHERE ${bin} IS NOT NULL`;

/**
 * What follows what in a room: the gaps between messages, the lengths of bursts, and how many messages members have not
 * read. The messages of a room and the instants until which its members have read are sorted once, together, and counted
 * by the bins of all three.
 */
export const order: Pass = {
  title: "gaps, bursts and unread messages",
  tables: `
events AS (
  SELECT ${hashOf('"conversationId"')} AS room, "senderId" AS person, "createdAt"::timestamp AS at, 1 AS message FROM messages
  UNION ALL
  SELECT ${hashOf('"conversationId"')}, "userId", coalesce("lastReadAt"::timestamp, '-infinity'), 0 FROM conversation_users
),
counted AS (
  SELECT room, person, at, message, sum(message) OVER (${byRoom} ROWS UNBOUNDED PRECEDING) AS number,
    sum(message) OVER (PARTITION BY room) AS messages,
    date_part('epoch', at - max(CASE WHEN message = 1 THEN at END)
      OVER (${byRoom} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS gap
  FROM events
),
started AS (
  SELECT *, max(CASE WHEN message = 1 AND (gap IS NULL OR gap > ${BURST_SECONDS}) THEN number END)
      OVER (${byRoom} ROWS UNBOUNDED PRECEDING) AS start
  FROM counted
),
ended AS (
  SELECT room, person, CASE WHEN message = 1 THEN gap END AS gap, CASE WHEN message = 0 THEN messages - number END AS unread,
    CASE WHEN lead(start, 1, 0) OVER (${byRoom}) IS DISTINCT FROM start THEN number - start + 1 END AS length
  FROM started
),
facts AS MATERIALIZED (
  SELECT ${binOf("gap", "seconds")} AS gap_bin, ${binOf("length", "count")} AS length_bin, ${binOf("unread", "count")} AS unread_bin,
    count(*) AS n, sum(gap) AS gap, sum(length)::float8 AS length, sum(unread)::float8 AS unread,
    bit_or(${bitOf("person")}) AS people, bit_or(${bitOf("room")}) AS rooms
  FROM ended GROUP BY 1, 2, 3
)`,
  distributions: {
    gaps: { unit: "seconds", weight: "n", members: fromFacts("gap", "gap_bin") },
    "messages-per-burst": { unit: "count", weight: "n", members: fromFacts("length", "length_bin") },
    "unread-messages": { unit: "count", weight: "n", members: fromFacts("unread", "unread_bin") },
  },
};
