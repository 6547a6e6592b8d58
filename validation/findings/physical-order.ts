import { round } from "../../common/format";
import { unknown, type Question } from "./question";

const correlationSql = `
SELECT attname AS column, correlation
FROM pg_stats
WHERE tablename = 'messages' AND attname IN ('createdAt', 'conversationId') AND schemaname = (
  SELECT nspname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE pg_class.oid = 'messages'::regclass)
ORDER BY inherited`;

const BY_TIME = 0.99;
const BY_CONVERSATION = 0.1;

/**
 * Good when the heap is in order of time and in no order of conversations, as a table is that applications append to:
 * the planner's costs of index scans rest on it. A notice otherwise. Unknown before ANALYZE.
 */
export const physicalOrder: Question = {
  key: "physical_order",
  name: "Physical order of messages",
  subject: "storage",
  expected: `correlation of createdAt at least ${BY_TIME}, of conversationId at most ${BY_CONVERSATION} either way`,
  needs: ["messages.createdAt", "messages.conversationId"],
  async answer({ snapshot }) {
    const rows = await snapshot.rows<{ column: string; correlation: number | null }>(correlationSql);
    const correlation = (name: string): number | null =>
      rows.find(({ column }) => column === name)?.correlation ?? null;
    const [time, conversation] = [correlation("createdAt"), correlation("conversationId")];
    if (time === null || conversation === null) {
      return unknown(
        "The server has no such statistics: ANALYZE messages makes them, of columns with several values.",
      );
    }
    return {
      outcome: time >= BY_TIME && Math.abs(conversation) <= BY_CONVERSATION ? "good" : "notice",
      value: time,
      measured: `correlation of createdAt ${round(time, 3)}, of conversationId ${round(conversation, 3)}`,
    };
  },
};
