import type { Pass } from "../pass";
import { bitOf, isEnough, rounded } from "../privacy";

/**
 * When messages are sent: the hours of the week, and the growth over the window.
 *
 * The window are the days on which enough people wrote in enough rooms, so that no single message tells its length. The
 * later passes read it from two settings of the transaction.
 */
export const activity: Pass = {
  title: "hours and days",
  tables: `
hours AS MATERIALIZED (
  SELECT date_trunc('hour', "createdAt"::timestamp) AS hour, count(*) AS n,
    bit_or(${bitOf('"senderId"')}) AS people, bit_or(${bitOf('"conversationId"')}) AS rooms
  FROM messages WHERE isfinite("createdAt") GROUP BY 1
),
days AS (
  SELECT date_trunc('day', hour) AS day, ${isEnough("bit_or(people)", "bit_or(rooms)")} AS enough FROM hours GROUP BY 1
),
span AS MATERIALIZED (
  SELECT first, until, bool AS enough,
    set_config('chat_perf.from', first::text, true), set_config('chat_perf.until', until::text, true)
  FROM (
    SELECT coalesce(min(day) FILTER (WHERE enough), min(day), '2000-01-01') AS first,
      coalesce(max(day) FILTER (WHERE enough), max(day), '2000-01-01') + interval '1 day' AS until,
      coalesce(bool_or(enough), false) AS bool
    FROM days
  ) bounds
)`,
  shares: `
SELECT 'hours-of-week' AS name, to_char(hour, 'Dy HH24') AS key,
  n, people, rooms FROM hours
UNION ALL
SELECT 'growth', 'slice ' || lpad(width_bucket(extract(epoch FROM hour), extract(epoch FROM first), extract(epoch FROM until), 50)::text, 2, '0'),
  n, people, rooms FROM hours, span WHERE hour >= first AND hour < until`,
  lines: [
    `SELECT json_build_object('windowDays',
  CASE WHEN enough THEN ${rounded("extract(epoch FROM until - first) / 86400")} END)::text AS line FROM span`,
  ],
};

/** SQL for the start of the window and for its end. */
export const windowStart = "current_setting('chat_perf.from')::timestamp";
export const windowEnd = "current_setting('chat_perf.until')::timestamp";
