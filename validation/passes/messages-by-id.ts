import { quoteLiteral } from "../../postgres/connection";
import type { Columns, Snapshot } from "../snapshot";

/** The columns with which a reply is compared with the message that it answers. */
export const replyColumns = ["id", "replyToId", "createdAt", "conversationId"].map(
  (column) => `messages.${column}`,
);

/** What a pass over the messages in the order of their ids finds. */
export interface ById {
  /** Messages without a time, or older than the message with the next lower id. */
  suspicious: number;
  /** The replies to messages that exist, or null where this pass cannot tell. */
  replies: number | null;
  /** The messages with an answer that may be older, of another conversation, or itself; null where this pass cannot tell. */
  suspiciousReplies: number | null;
}

/** A range of ids. The first has no lower bound, the last has no upper one. */
export interface IdRange {
  from: string | undefined;
  to: string | undefined;
}

/**
 * A pattern for random ids, whose order is not the order of creation: UUIDs except versions 6 and 7, which begin with the
 * time, and cuid2 and nanoid in their default lengths.
 */
const randomId = [
  "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-58][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}",
  "[a-z](?=.*[a-z])[a-z0-9]{23}",
  "(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9_-]{21}",
].join("|");

/** Finds out whether most ids of the first pages are random, and whether the table can be sampled. A view cannot. */
const idsSql = `
SELECT coalesce((SELECT avg((id ~ '^(${randomId})$')::int) > 0.5
    FROM (SELECT id::text FROM messages LIMIT 1000) AS message), false) AS random,
  (SELECT relkind IN ('r', 'p', 'm') FROM pg_class WHERE oid = 'messages'::regclass) AS sampled`;

/** The number of ranges of ids that are read separately, so that several connections share the work evenly. */
const RANGES = 16;

/** Selects ids that cut the table into ranges of about equally many messages, from a sample of its pages. */
const boundsSql = `
SELECT coalesce((SELECT percentile_disc(ARRAY[${Array.from({ length: RANGES - 1 }, (_, i) => (i + 1) / RANGES).join(", ")}])
  WITHIN GROUP (ORDER BY id) FROM messages TABLESAMPLE SYSTEM (0.1) REPEATABLE (0))::text[], '{}') AS bounds`;

/**
 * Cuts the ids into ranges that an index leads to. Without such an index, there is one range. Random ids have no ranges,
 * because their order says nothing.
 */
export async function idRanges(snapshot: Snapshot): Promise<IdRange[] | undefined> {
  const { random, sampled } = await snapshot.row<{ random: boolean; sampled: boolean }>(idsSql);
  if (random) return undefined;
  const cut = sampled && snapshot.columns.isIndexed("messages.id");
  const bounds = cut ? (await snapshot.row<{ bounds: string[] }>(boundsSql)).bounds : [];
  const cuts = [undefined, ...new Set(bounds), undefined];
  return cuts.slice(1).map((to, i) => ({ from: cuts[i], to }));
}

/** The condition that a column is within a range. */
export function within(column: string, { from, to }: IdRange): string[] {
  return [
    ...(from === undefined ? [] : [`${column} >= ${quoteLiteral(from)}`]),
    ...(to === undefined ? [] : [`${column} < ${quoteLiteral(to)}`]),
  ];
}

/** The time of the message before the current one in the order of ids. The first message of a range has the last one before it. */
export function previousTime({ from }: IdRange): string {
  const before =
    from === undefined
      ? ""
      : `, 1, (SELECT "createdAt" FROM messages WHERE id < ${quoteLiteral(from)} AND "createdAt" IS NOT NULL ORDER BY id DESC LIMIT 1)`;
  return `lag("createdAt"${before}) OVER (ORDER BY id)`;
}

/**
 * Reads the messages of one range in the order of their ids. The scan follows the primary key's index, and that of the
 * answers the index on `replyToId`, so that nothing is sorted.
 */
function byIdSql(range: IdRange, withReplies: boolean): string {
  const answers = `
LEFT JOIN (
  SELECT "replyToId", count(*) AS replies, min("createdAt") AS first, array_agg("conversationId") AS conversations,
    bool_or(id = "replyToId") AS own
  FROM messages WHERE ${['"replyToId" IS NOT NULL', ...within('"replyToId"', range)].join(" AND ")} GROUP BY 1
) AS answer ON answer."replyToId" = message.id`;
  const wrong = `answer.own OR "createdAt" > answer.first OR ("conversationId" = ALL (answer.conversations)) IS NOT TRUE`;
  return `
-- Messages in the order of their ids, each with the one before it${withReplies ? " and with its answers" : ""}
SELECT count(*) FILTER (WHERE "createdAt" IS NULL OR "createdAt" < previous) AS suspicious,
  ${withReplies ? "coalesce(sum(answer.replies), 0)" : "NULL::bigint"} AS replies,
  ${withReplies ? `count(*) FILTER (WHERE answer.replies > 0 AND (${wrong}))` : "NULL::bigint"} AS "suspiciousReplies"
FROM (
  SELECT id, "conversationId", "createdAt", ${previousTime(range)} AS previous
  FROM messages${range.from === undefined && range.to === undefined ? "" : ` WHERE ${within("id", range).join(" AND ")}`}
) AS message${withReplies ? answers : ""}`;
}

/**
 * Reads all messages in the order of their ids, or returns undefined when ids are random. A snapshot makes the pass only
 * once, so further calls cost nothing.
 */
export async function messagesById(snapshot: Snapshot): Promise<ById | undefined> {
  const ranges = await idRanges(snapshot);
  if (ranges === undefined) return undefined;
  const withReplies = answersAreIndexed(snapshot.columns);
  const parts = await snapshot.each<ById>(
    ranges.map((range) => byIdSql(range, withReplies)),
    snapshot.estimatedRows("messages"),
  );
  const sum = (figure: keyof ById): number => parts.reduce((total, part) => total + (part[figure] ?? 0), 0);
  return {
    suspicious: sum("suspicious"),
    replies: withReplies ? sum("replies") : null,
    suspiciousReplies: withReplies ? sum("suspiciousReplies") : null,
  };
}

/** Whether the answers to a range of messages can be found without reading all messages, each message once. */
function answersAreIndexed(columns: Columns): boolean {
  return (
    columns.missing(replyColumns).length === 0 &&
    columns.comparable("messages.replyToId", "messages.id") &&
    columns.isIndexed("messages.replyToId") &&
    columns.isUnique("messages.id")
  );
}
