import { conversationProfile, totalOf } from "../passes/conversation-profile";
import { idRanges, type IdRange, messagesById, previousTime, within } from "../passes/messages-by-id";
import type { Check } from "../check";
import type { QualityReport } from "../report";

type Section = Omit<QualityReport["integrity_checks"]["timestamp_ordering"], "verdict">;

/** Counts the messages of one range that are out of order. Messages without a time are skipped. */
function outOfOrderSql(range: IdRange): string {
  return `
SELECT count(*)
FROM (
  SELECT "conversationId", "createdAt", ${previousTime(range)} AS previous
  FROM messages WHERE ${['"createdAt" IS NOT NULL', ...within('"id"', range)].join(" AND ")}
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
 *
 * Messages are counted only when the passes over all messages have found some that may be out of order.
 */
export const timestampOrdering: Check<Section> = {
  key: "timestamp_ordering",
  name: "Timestamp ordering",
  critical: false,
  async run(snapshot) {
    const [byId, ranges, conversations] = await Promise.all([
      messagesById(snapshot),
      idRanges(snapshot),
      conversationProfile(snapshot),
    ]);
    const sound = (byId?.suspicious ?? 0) === 0 && totalOf(conversations, "young") === 0;
    const counts = sound ? [] : await snapshot.counts(ranges?.map(outOfOrderSql) ?? [beforeConversationSql]);
    const count = counts.reduce((sum, each) => sum + each, 0);
    return {
      section: { out_of_order_messages: count },
      passed: count === 0,
      value: count,
      measured: `${count} out-of-order${ranges === undefined ? " (ids are random: compared with their conversations only)" : ""}`,
      threshold: "0 out-of-order",
    };
  },
};
