import type { Columns, Snapshot } from "../snapshot";
import { realAddress } from "./real-address";

/** Messages by type, by hour of the week and by length of text, and what their texts contain. */
export interface MessageProfile {
  messages: number;
  /** Messages by type. Those without a type are left out. */
  byType: Map<string, number>;
  /** Messages by hour of the week: 7 times 24 counts, Monday first, UTC. Those without a time are left out. */
  week: number[][];
  /** For each weekday, the number of dates that have messages. */
  days: number[];
  /** Texts by length in bytes: from 1 on, from 2 on, from 4 on … An empty text counts as one byte. */
  lengths: number[];
  /** The messages that contain a real email address. */
  withRealEmail: number;
  /** The messages whose text matches `likelyPersonal`. */
  withLikelyPersonal: number;
}

/** A fast first pattern for personal data: every kind has an `@` or a long number, and few texts have. */
export const likelyPersonal = "@|[0-9][0-9 ()./-]{6}";

/** The lower ends of the classes of length. Each is twice the one before, up to PostgreSQL's limit of 1 GB. */
export const lengthClasses: readonly number[] = Array.from({ length: 30 }, (_, i) => 2 ** i);

/** The messages of one type, of one hour of the week, or of one class of length. The other two are null. */
interface ProfileRow {
  by: "type" | "hour" | "class";
  /** Null for a message without a type. */
  type: string | null;
  /** The hour, counted from midnight on Monday, UTC. It is null without a time. */
  hour: number | null;
  /** The class, from 1 on. It is 0 for empty texts, and null without a text. */
  class: number | null;
  messages: number;
  /** The dates of the messages, counted in days. */
  days: (number | string | null)[];
  real_emails: number;
  likely_personal: number;
}

/**
 * Profiles all messages in one pass.
 *
 * The empty second branch keeps the planner from using the statistics of `createdAt`. With them it would expect a group for
 * every timestamp and sort the table on disk. Hours are cut by `date_bin`, which is faster than `extract`. Lengths are in
 * bytes, which are the size of the row; counting characters would take four times as long. The pattern of real addresses
 * takes three times as long as a search for `@`, so it is applied only where the first pattern matches. The first of
 * January 1970 was a Thursday, hence the 72 hours.
 */
function profileSql(columns: Columns, range?: string): string {
  const value = (column: string, expression: string, type: string): string =>
    columns.missing([`messages.${column}`]).length === 0 ? expression : `NULL::${type}`;
  const slot = value("createdAt", `date_bin('1 hour', "createdAt", '2000-01-01')`, "timestamp");
  const length = `width_bucket(octet_length(content), '{${lengthClasses.join(",")}}'::integer[])`;
  return `
-- Messages by type, by hour of the week, and by length of text, and those with an address or a long number in the text
SELECT CASE grouping(type, hour, class) WHEN 3 THEN 'type' WHEN 5 THEN 'hour' ELSE 'class' END AS by, type, hour, class,
  sum(messages) AS messages, array_agg(DISTINCT floor(hours / 24.0)) AS days,
  sum(real_emails) AS real_emails, sum(likely_personal) AS likely_personal
FROM (
  SELECT type::text, ((hours + 72) % 168 + 168) % 168 AS hour, hours, class, messages, real_emails, likely_personal
  FROM (
    SELECT type, CASE WHEN isfinite(slot) THEN (extract(epoch FROM slot) / 3600)::bigint END AS hours, class,
      count(*) AS messages, count(*) FILTER (WHERE likely) AS likely_personal,
      count(*) FILTER (WHERE likely AND position('@' IN content) > 0 AND content ~ '${realAddress}') AS real_emails
    FROM (
      SELECT ${value("type", "type", "text")} AS type, ${slot} AS slot, ${value("content", length, "integer")} AS class,
        ${value("content", `content ~ '${likelyPersonal}'`, "boolean")} AS likely, ${value("content", "content", "text")} AS content
      FROM messages${range === undefined ? "" : ` WHERE ${range}`}
      UNION ALL SELECT NULL, NULL, NULL, NULL, NULL WHERE false
    ) AS message
    GROUP BY type, slot, class
  ) AS slots
) AS hours
GROUP BY GROUPING SETS ((type), (hour), (class))`;
}

/** Profiles all messages. A snapshot makes the pass only once, so further calls cost nothing. */
export async function messageProfile(snapshot: Snapshot): Promise<MessageProfile> {
  const week = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
  const days = Array.from({ length: 7 }, () => new Set<number>());
  const profile = {
    messages: 0,
    byType: new Map<string, number>(),
    week,
    lengths: Array<number>(lengthClasses.length).fill(0),
    withRealEmail: 0,
    withLikelyPersonal: 0,
  };
  for (const row of await snapshot.inRanges<ProfileRow>("messages", (range) =>
    profileSql(snapshot.columns, range),
  )) {
    const { by, type, hour, messages } = row;
    if (by === "type") {
      profile.messages += messages;
      profile.withRealEmail += row.real_emails;
      profile.withLikelyPersonal += row.likely_personal;
      if (type !== null) profile.byType.set(type, (profile.byType.get(type) ?? 0) + messages);
    }
    if (by === "hour" && hour !== null) {
      const weekday = Math.floor(hour / 24);
      week[weekday]![hour % 24]! += messages;
      row.days.forEach((day) => days[weekday]!.add(Number(day)));
    }
    if (by === "class" && row.class !== null) profile.lengths[Math.max(0, row.class - 1)]! += messages;
  }
  return { ...profile, days: days.map(({ size }) => size) };
}
