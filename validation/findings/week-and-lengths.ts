import type { Columns } from "./columns";
import type { Inquiry } from "./question";

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

/** Lower ends of the classes: a new one with each doubling, up to PostgreSQL's 1 GB. */
const classes = Array.from({ length: 30 }, (_, i) => 2 ** i);

/** How many messages of one hour of the week have a text of one class of length. */
interface SurveyRow {
  /** From Monday's midnight on, UTC; null without a time. */
  hour: number | null;
  /** From 1 on, 0 for empty texts; null without a text. */
  class: number | null;
  messages: number;
  /** Dates, counted in days. */
  days: (number | string | null)[];
}

/**
 * Times and lengths of all messages in one scan. Hours are cut by `date_bin`, as it is plain arithmetic, and lengths
 * are bytes, which is what a row takes: counting characters takes four times as long. The empty second branch keeps the
 * planner from expecting a group for every timestamp and sorting them all. The first of January 1970 was a Thursday.
 */
function surveySql(columns: Columns): string {
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

export async function messageWeek({ snapshot, columns }: Inquiry): Promise<Week> {
  const counts = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
  const days = Array.from({ length: 7 }, () => new Set<number>());
  for (const row of await snapshot.rows<SurveyRow>(surveySql(columns))) {
    if (row.hour === null) continue;
    const weekday = Math.floor(row.hour / 24);
    counts[weekday]![row.hour % 24]! += row.messages;
    row.days.forEach((day) => days[weekday]!.add(Number(day)));
  }
  return { counts, days: days.map(({ size }) => size) };
}

/** Texts by length, shortest first, from the first class that has any to the last; empty texts count as one byte. */
export async function textLengthClasses({ snapshot, columns }: Inquiry): Promise<LengthClass[]> {
  const counts = Array<number>(classes.length).fill(0);
  for (const row of await snapshot.rows<SurveyRow>(surveySql(columns))) {
    if (row.class !== null) counts[Math.max(0, row.class - 1)]! += row.messages;
  }
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return [];
  return classes
    .map((from, i) => ({ from, to: 2 * from - 1, messages: counts[i]! }))
    .slice(first, counts.findLastIndex((count) => count > 0) + 1);
}
