import { quoteLiteral } from "../../postgres/connection";
import type { Check } from "../check";
import type { QualityReport } from "../report";

type Section = Omit<QualityReport["integrity_checks"]["timestamp_ordering"], "verdict">;

/** Into how many ranges of ids the check is cut, so that several connections share it evenly. */
const RANGES = 8;

/** Ids that cut the table into ranges of about equally many messages, from a few pages. */
const boundsSql = `
SELECT coalesce((SELECT percentile_disc(ARRAY[${Array.from({ length: RANGES - 1 }, (_, i) => (i + 1) / RANGES).join(", ")}])
  WITHIN GROUP (ORDER BY id) FROM messages TABLESAMPLE SYSTEM (0.1) REPEATABLE (0))::text[], '{}') AS bounds`;

/**
 * The messages of one range that are out of order, the first compared with the last before the range. Follows the
 * primary key's index, so nothing is sorted.
 */
function outOfOrderSql(from: string | undefined, to: string | undefined): string {
  const [lower, upper] = [from, to].map((bound) => bound && quoteLiteral(bound));
  const range = [lower && `id >= ${lower}`, upper && `id < ${upper}`].filter(Boolean).join(" AND ");
  const before = lower && `(SELECT "createdAt" FROM messages WHERE id < ${lower} ORDER BY id DESC LIMIT 1)`;
  return `
SELECT count(*)
FROM (
  SELECT "conversationId", "createdAt", lag("createdAt"${before ? `, 1, ${before}` : ""}) OVER (ORDER BY id) AS previous
  FROM messages${range && ` WHERE ${range}`}
) AS message
LEFT JOIN conversations ON conversations.id = message."conversationId"
WHERE message."createdAt" < message.previous OR message."createdAt" < conversations."createdAt"`;
}

/**
 * Messages are in chronological order. Ids are handed out in order of creation, so a message is out of order when
 * it is older than the message with the next lower id, or older than its conversation.
 */
export const timestampOrdering: Check<Section> = {
  key: "timestamp_ordering",
  name: "Timestamp ordering",
  critical: false,
  async run(snapshot) {
    const { bounds } = await snapshot.row<{ bounds: string[] }>(boundsSql);
    const cuts = [undefined, ...new Set(bounds), undefined];
    const counts = await snapshot.counts(cuts.slice(1).map((to, i) => outOfOrderSql(cuts[i], to)));
    const count = counts.reduce((sum, each) => sum + each, 0);
    return {
      section: { out_of_order_messages: count },
      passed: count === 0,
      value: count,
      measured: `${count} out-of-order`,
      threshold: "0 out-of-order",
    };
  },
};
