import type { Check } from "../check";
import type { QualityReport } from "../report";

type Section = Omit<QualityReport["integrity_checks"]["timestamp_ordering"], "verdict">;

/** Follows the primary key's index, so nothing is sorted. */
const outOfOrderSql = `
SELECT count(*)
FROM (
  SELECT "conversationId", "createdAt", lag("createdAt") OVER (ORDER BY id) AS previous FROM messages
) AS message
LEFT JOIN conversations ON conversations.id = message."conversationId"
WHERE message."createdAt" < message.previous OR message."createdAt" < conversations."createdAt"`;

/**
 * Messages are in chronological order. Ids are handed out in order of creation, so a message is out of order when
 * it is older than the message with the next lower id, or older than its conversation.
 */
export const timestampOrdering: Check<Section> = {
  key: "timestamp_ordering",
  name: "Timestamp ordering",
  critical: false,
  async run(snapshot) {
    const { count } = await snapshot.row<{ count: number }>(outOfOrderSql);
    return {
      section: { out_of_order_messages: count },
      passed: count === 0,
      value: count,
      measured: `${count} out-of-order`,
      threshold: "0 out-of-order",
    };
  },
};
