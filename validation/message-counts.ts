import type { Snapshot } from "./snapshot";

/**
 * What no part of an address has: spaces, punctuation other than `._%+-`, symbols, emoji. By code points, as the
 * letters that a database's locale knows may be ASCII's only, and an address may have others.
 */
const around = String.raw`\u0001-\u0024\u0026-\u002A\u002C\u002F\u003A-\u0040\u005B-\u005E\u0060\u007B-\u00BF\u2000-\u2BFF\u3000-\u303F\U0001F000-\U0001FAFF`;

/** `syn_` or `synthetic_` in any case, spelt out: where case is ignored, the sign of Kelvin excludes the letter k. */
const synthetic = "[sS][yY][nN](?:[tT][hH][eE][tT][iI][cC])?_";

/**
 * An address that a person may own: one whose local part does not begin with `syn_` or `synthetic_`. The look-behind
 * finds the beginning of a local part, so that `xsyn_a@b.com` is not taken for `syn_a@b.com`. Case matters to it.
 */
export const realAddress = `(?<![^${around}])(?!${synthetic})[^${around}]+@[^${around}%+]+[.][^${around}%+.0-9_-]{2,}`;

/**
 * Everything that one message says by itself, counted in one scan.
 *
 * The empty second branch keeps the planner from using the statistics of `createdAt`: it would expect a group for
 * every timestamp, then sort the table on disk. Hours are cut by `date_bin`, as it is plain arithmetic and
 * `extract` is not. A regular expression is three times as dear as looking for `@`, so few rows get that far.
 */
const censusSql = `
SELECT type::text, extract(hour FROM hour) AS hour, sum(messages) AS messages, sum(real_emails) AS real_emails
FROM (
  SELECT type, hour, count(*) AS messages,
    count(*) FILTER (WHERE position('@' IN content) > 0 AND content ~ '${realAddress}') AS real_emails
  FROM (
    SELECT type, date_bin('1 hour', "createdAt", '2000-01-01') AS hour, content FROM messages
    UNION ALL SELECT NULL, NULL, NULL WHERE false
  ) AS message
  GROUP BY type, hour
) AS slot
GROUP BY 1, 2`;

/** How many messages of one type were created in one hour of day, and how many of them hold a real address. */
interface CensusRow {
  /** Null for a message without a type. */
  type: string | null;
  /** 0 to 23, UTC; null for a message without a time. */
  hour: number | null;
  messages: number;
  real_emails: number;
}

/** The messages by type, by hour of day, and those that hold a real email address. */
export interface Census {
  messages: number;
  byType: Map<string, number>;
  /** 24 counts, from midnight on, UTC. */
  byHour: number[];
  withRealEmail: number;
}

export async function messageCounts(snapshot: Snapshot): Promise<Census> {
  const census: Census = {
    messages: 0,
    byType: new Map(),
    byHour: Array<number>(24).fill(0),
    withRealEmail: 0,
  };
  for (const { type, hour, messages, real_emails } of await snapshot.rows<CensusRow>(censusSql)) {
    census.messages += messages;
    if (type !== null) census.byType.set(type, (census.byType.get(type) ?? 0) + messages);
    if (hour !== null) census.byHour[hour]! += messages;
    census.withRealEmail += real_emails;
  }
  return census;
}
