import type { Columns } from "./columns";
import type { Inquiry } from "./question";

/** The texts whose length is within one class. */
export interface LengthClass {
  /** The shortest length, bytes. */
  from: number;
  /** The longest length, bytes. */
  to: number;
  messages: number;
}

/** Messages by hour of the week. */
export interface Week {
  /** 7 times 24 counts, Monday first, UTC. */
  counts: number[][];
  /** For each weekday, the number of dates that have messages. */
  days: number[];
}

/** The lower ends of the classes. Each is twice the one before, up to PostgreSQL's limit of 1 GB. */
const classes = Array.from({ length: 30 }, (_, i) => 2 ** i);

/** The messages of one hour of the week and one class of length. */
interface WeekAndLengthRow {
  /** The hour, counted from midnight on Monday, UTC. It is null without a time. */
  hour: number | null;
  /** The class, from 1 on. It is 0 for empty texts, and null without a text. */
  class: number | null;
  messages: number;
  /** The dates of the messages, counted in days. */
  days: (number | string | null)[];
}

/**
 * Counts messages by hour of the week and class of length in one scan.
 *
 * Hours are cut by `date_bin`, which is faster than `extract`. Lengths are in bytes, which are the size of the row; counting
 * characters would take four times as long. The empty second branch keeps the planner from expecting a group for every
 * timestamp and sorting them all. The first of January 1970 was a Thursday, hence the 72 hours.
 */
function weekAndLengthsSql(columns: Columns): string {
  const has = (column: string): boolean => columns.missing([`messages.${column}`]).length === 0;
  const slot = `CASE WHEN isfinite("createdAt") THEN date_bin('1 hour', "createdAt", '2000-01-01') END`;
  const length = `width_bucket(octet_length(content), '{${classes.join(",")}}'::integer[])`;
  return `
SELECT ((hours + 72) % 168 + 168) % 168 AS hour, class, sum(messages) AS messages, array_agg(DISTINCT floor(hours / 24.0)) AS days
FROM (
  SELECT (extract(epoch FROM slot) / 3600)::bigint AS hours, class, messages
  FROM (
    SELECT slot, class, count(*) AS messages
    FROM (
      SELECT ${has("createdAt") ? slot : "NULL::timestamp"} AS slot, ${has("content") ? length : "NULL::integer"} AS class FROM messages
      UNION ALL SELECT NULL, NULL WHERE false
    ) AS message
    GROUP BY slot, class
  ) AS slots
) AS hours
GROUP BY 1, 2`;
}

/** Counts messages by weekday and hour. */
export async function messageWeek({ snapshot, columns }: Inquiry): Promise<Week> {
  const counts = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
  const days = Array.from({ length: 7 }, () => new Set<number>());
  for (const row of await snapshot.rows<WeekAndLengthRow>(weekAndLengthsSql(columns))) {
    if (row.hour === null) continue;
    const weekday = Math.floor(row.hour / 24);
    counts[weekday]![row.hour % 24]! += row.messages;
    row.days.forEach((day) => days[weekday]!.add(Number(day)));
  }
  return { counts, days: days.map(({ size }) => size) };
}

/** Counts texts by length, from the first class that has texts to the last. Empty texts count as one byte. */
export async function textLengthClasses({ snapshot, columns }: Inquiry): Promise<LengthClass[]> {
  const counts = Array<number>(classes.length).fill(0);
  for (const row of await snapshot.rows<WeekAndLengthRow>(weekAndLengthsSql(columns))) {
    if (row.class !== null) counts[Math.max(0, row.class - 1)]! += row.messages;
  }
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return [];
  return classes
    .map((from, i) => ({ from, to: 2 * from - 1, messages: counts[i]! }))
    .slice(first, counts.findLastIndex((count) => count > 0) + 1);
}
