import type { Snapshot } from "../snapshot";

/** How many texts have a length within one class. */
export interface LengthClass {
  /** Bytes, both inclusive. */
  from: number;
  to: number;
  messages: number;
}

/** Messages by hour of the week. */
export interface Week {
  /** Monday first: 7 times 24 counts, UTC. */
  counts: number[][];
  /** Of each weekday, on how many dates there are messages. */
  days: number[];
}

/**
 * Hours are cut by `date_bin`, as it is plain arithmetic. The empty second branch keeps the planner from expecting a
 * group for every timestamp and sorting them all. The first of January 1970 was a Thursday.
 */
const weekSql = `
SELECT ((hours + 72) % 168 + 168) % 168 AS hour, sum(messages) AS messages, array_agg(DISTINCT floor(hours / 24.0)) AS days
FROM (
  SELECT (extract(epoch FROM slot) / 3600)::bigint AS hours, messages
  FROM (
    SELECT slot, count(*) AS messages
    FROM (
      SELECT date_bin('1 hour', "createdAt", '2000-01-01') AS slot FROM messages WHERE isfinite("createdAt")
      UNION ALL SELECT NULL WHERE false
    ) AS message
    GROUP BY slot
  ) AS slots
) AS hours
GROUP BY 1`;

export async function messageWeek(snapshot: Snapshot): Promise<Week> {
  const counts = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
  const days = Array.from({ length: 7 }, () => new Set<number>());
  for (const row of await snapshot.rows<{ hour: number; messages: number; days: (number | string)[] }>(
    weekSql,
  )) {
    const weekday = Math.floor(row.hour / 24);
    counts[weekday]![row.hour % 24] = row.messages;
    row.days.forEach((day) => days[weekday]!.add(Number(day)));
  }
  return { counts, days: days.map(({ size }) => size) };
}

/** Lower ends of the classes: a new one with each doubling, up to PostgreSQL's 1 GB. */
const classes = Array.from({ length: 30 }, (_, i) => 2 ** i);

/** Length in bytes, which is what a row takes; counting characters takes four times as long. */
const lengthsSql = `
SELECT width_bucket(octet_length(content), '{${classes.join(",")}}'::integer[]) AS class, count(*) AS messages
FROM messages WHERE content IS NOT NULL
GROUP BY 1`;

/** Texts by length, shortest first, from the first class that has any to the last; empty texts count as one byte. */
export async function textLengthClasses(snapshot: Snapshot): Promise<LengthClass[]> {
  const counts = Array<number>(classes.length).fill(0);
  const rows = await snapshot.rows<{ class: number; messages: number }>(lengthsSql);
  for (const row of rows) counts[Math.max(0, row.class - 1)]! += row.messages;
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return [];
  return classes
    .map((from, i) => ({ from, to: 2 * from - 1, messages: counts[i]! }))
    .slice(first, counts.findLastIndex((count) => count > 0) + 1);
}
