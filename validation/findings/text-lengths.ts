import { unknown, type Question } from "./question";
import { lengthClasses, messageProfile } from "../passes/message-profile";

/** The least number of doublings. Two are a factor of four. Log-normal lengths of sigma 1.2, as in chats, have 2.8. */
const LEAST_SPREAD = 2;

/** The texts whose length is within one class, in bytes. */
interface LengthClass {
  from: number;
  to: number;
  messages: number;
}

/**
 * Good when the 95th percentile is at least two classes above the median, where each class is a doubling. Otherwise a
 * notice, because rows of nearly equal width fill pages and use TOAST in another way than those of a chat.
 */
export const textLengths: Question = {
  key: "text_lengths",
  name: "Lengths of texts",
  subject: "text",
  expected: `p95 at least ${LEAST_SPREAD} doublings above the median`,
  needs: ["messages.content"],
  async answer({ snapshot, analysis }) {
    const classes = occupied((await messageProfile(snapshot)).lengths);
    analysis.textLengths = classes;
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

/** The classes from the first that has texts to the last. */
function occupied(counts: readonly number[]): LengthClass[] {
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return [];
  return lengthClasses
    .map((from, i) => ({ from, to: 2 * from - 1, messages: counts[i]! }))
    .slice(first, counts.findLastIndex((count) => count > 0) + 1);
}

/** The first class that at least this share of the texts does not exceed. */
function percentile(classes: LengthClass[], share: number): number {
  const all = classes.reduce((sum, { messages }) => sum + messages, 0);
  let seen = 0;
  return classes.findIndex(({ messages }) => (seen += messages) >= share * all);
}
