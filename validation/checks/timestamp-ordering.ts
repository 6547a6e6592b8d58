import { quoteLiteral } from "../../postgres/connection";
import type { Check } from "../check";
import type { QualityReport } from "../report";
import type { Snapshot } from "../snapshot";

type Section = Omit<QualityReport["integrity_checks"]["timestamp_ordering"], "verdict">;

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

/** The number of ranges of ids that are checked separately, so that several connections share the work evenly. */
const RANGES = 16;

/** Selects ids that cut the table into ranges of about equally many messages, from a sample of its pages. */
const boundsSql = `
SELECT coalesce((SELECT percentile_disc(ARRAY[${Array.from({ length: RANGES - 1 }, (_, i) => (i + 1) / RANGES).join(", ")}])
  WITHIN GROUP (ORDER BY id) FROM messages TABLESAMPLE SYSTEM (0.1) REPEATABLE (0))::text[], '{}') AS bounds`;

/**
 * Counts the messages of one range that are out of order. The first message is compared with the last one before the range.
 * The scan follows the primary key's index, so that nothing is sorted. Messages without a time are skipped.
 */
function outOfOrderSql(from: string | undefined, to: string | undefined): string {
  const [lower, upper] = [from, to].map((bound) => bound && quoteLiteral(bound));
  const range = [`"createdAt" IS NOT NULL`, lower && `id >= ${lower}`, upper && `id < ${upper}`]
    .filter(Boolean)
    .join(" AND ");
  const before =
    lower &&
    `(SELECT "createdAt" FROM messages WHERE id < ${lower} AND "createdAt" IS NOT NULL ORDER BY id DESC LIMIT 1)`;
  return `
SELECT count(*)
FROM (
  SELECT "conversationId", "createdAt", lag("createdAt"${before ? `, 1, ${before}` : ""}) OVER (ORDER BY id) AS previous
  FROM messages WHERE ${range}
) AS message
LEFT JOIN conversations ON conversations.id = message."conversationId"
WHERE message."createdAt" < message.previous OR message."createdAt" < conversations."createdAt"`;
}

/** Counts messages that are older than their conversation. With random ids, this is all that can be checked. */
const beforeConversationSql = `
SELECT count(*)
FROM messages JOIN conversations ON conversations.id = messages."conversationId"
WHERE messages."createdAt" < conversations."createdAt"`;

/**
 * Checks that messages are in order of time. Ids are assigned in order of creation, so a message is out of order when it is
 * older than the message with the next lower id, or older than its conversation. Where ids are random, only the second
 * condition is checked, and the result says so.
 */
export const timestampOrdering: Check<Section> = {
  key: "timestamp_ordering",
  name: "Timestamp ordering",
  critical: false,
  async run(snapshot) {
    const { random, sampled } = await snapshot.row<{ random: boolean; sampled: boolean }>(idsSql);
    const counts = await snapshot.counts(
      random ? [beforeConversationSql] : await outOfOrderStatements(snapshot, sampled),
    );
    const count = counts.reduce((sum, each) => sum + each, 0);
    return {
      section: { out_of_order_messages: count },
      passed: count === 0,
      value: count,
      measured: `${count} out-of-order${random ? " (ids are random: compared with their conversations only)" : ""}`,
      threshold: "0 out-of-order",
    };
  },
};

async function outOfOrderStatements(snapshot: Snapshot, sampled: boolean): Promise<string[]> {
  const bounds = sampled ? (await snapshot.row<{ bounds: string[] }>(boundsSql)).bounds : [];
  const cuts = [undefined, ...new Set(bounds), undefined];
  return cuts.slice(1).map((to, i) => outOfOrderSql(cuts[i], to));
}
