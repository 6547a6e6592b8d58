import { unknown, type Question } from "./question";
import { textLengthClasses, type LengthClass } from "./week-and-lengths";

/** Doublings: two are a factor of four; log-normal lengths of sigma 1.2, as in chats, have 2.8. */
const LEAST_SPREAD = 2;

/**
 * Good when texts at the 95th percentile are at least two classes, each a doubling, above the median. A notice
 * otherwise: rows of nearly one width fill pages, and cost TOAST, as no chat does.
 */
export const textLengths: Question = {
  key: "text_lengths",
  name: "Lengths of texts",
  subject: "text",
  expected: `p95 at least ${LEAST_SPREAD} doublings above the median`,
  needs: ["messages.content"],
  async answer(inquiry) {
    const classes = await textLengthClasses(inquiry);
    inquiry.analysis.textLengths = classes;
    if (classes.length === 0) return unknown("There are no messages with a text.");
    const [p50, p95] = [percentile(classes, 0.5), percentile(classes, 0.95)];
    const spread = p95 - p50;
    const range = ({ from, to }: LengthClass): string => `${from}-${to}`;
    return {
      outcome: spread >= LEAST_SPREAD ? "good" : "notice",
      value: spread,
      measured: `half of the texts have at most ${range(classes[p50]!)} bytes, 95 % at most ${range(classes[p95]!)}`,
    };
  },
};

/** The class that a share of the texts does not exceed. */
function percentile(classes: LengthClass[], share: number): number {
  const all = classes.reduce((sum, { messages }) => sum + messages, 0);
  let seen = 0;
  return classes.findIndex(({ messages }) => (seen += messages) >= share * all);
}
