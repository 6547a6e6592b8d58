import { round } from "../../common/format";
import { unknown, type Question } from "./question";

const correlationSql = `
SELECT attname AS column, correlation
FROM pg_stats
WHERE tablename = 'messages' AND attname IN ('createdAt', 'conversationId') AND schemaname = (
  SELECT nspname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE pg_class.oid = 'messages'::regclass)
ORDER BY inherited`;

/**
 * The least correlation of the heap with time. Workers load slices of time side by side, which costs a small table some
 * hundredths. A table that is ordered by conversation has a correlation near 0.
 */
const BY_TIME = 0.95;
/** The largest correlation of the heap with conversations, in either direction. */
const BY_CONVERSATION = 0.1;

/**
 * Good when the heap is in order of time and not in order of conversations, like a table to which applications append. The
 * planner's costs of index scans depend on it. Otherwise a notice. Unknown before ANALYZE.
 */
export const physicalOrder: Question = {
  key: "physical_order",
  name: "Physical order of messages",
  subject: "storage",
  expected: `correlation of createdAt at least ${BY_TIME}, of conversationId between -${BY_CONVERSATION} and ${BY_CONVERSATION}`,
  needs: ["messages.createdAt", "messages.conversationId"],
  async answer({ snapshot }) {
    const rows = await snapshot.rows<{ column: string; correlation: number | null }>(correlationSql);
    const correlation = (name: string): number | null =>
      rows.find(({ column }) => column === name)?.correlation ?? null;
    const [time, conversation] = [correlation("createdAt"), correlation("conversationId")];
    if (time === null || conversation === null) {
      return unknown(
        "The server has no statistics of these columns. Run ANALYZE messages; a column needs several values.",
      );
    }
    return {
      outcome: time >= BY_TIME && Math.abs(conversation) <= BY_CONVERSATION ? "good" : "notice",
      value: time,
      measured: `correlation of createdAt ${round(time, 3)}, of conversationId ${round(conversation, 3)}`,
    };
  },
};
