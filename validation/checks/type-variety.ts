import { messageProfile } from "../passes/message-profile";
import type { Check } from "../check";
import { round } from "../../common/format";
import type { QualityReport, TypeCount } from "../report";

type Section = Omit<QualityReport["type_distributions"], "verdict">;

const conversationTypesSql = `SELECT type::text, count(*) FROM conversations WHERE type IS NOT NULL GROUP BY type`;

/** Checks that there are at least two types of conversations and of messages, so that all code paths are used. */
export const typeVariety: Check<Section> = {
  key: "type_variety",
  name: "Type variety",
  critical: false,
  async run(snapshot) {
    const rows = await snapshot.rows<{ type: string; count: number }>(conversationTypesSql);
    const { byType } = await messageProfile(snapshot);
    const conversations = typeCounts(rows.map(({ type, count }) => [type, count]));
    const messages = typeCounts([...byType]);
    const fewest = Math.min(conversations.length, messages.length);
    return {
      section: { conversations, messages },
      passed: fewest > 1,
      value: fewest,
      measured: `conversations of ${types(conversations.length)}, messages of ${types(messages.length)}`,
      threshold: "at least 2 types of each",
    };
  },
};

/** Rows by type, the most frequent type first. Equally frequent types are in order of their names. */
export function typeCounts(counts: [type: string, count: number][]): TypeCount[] {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([type, count]) => ({ type, count, percentage: round((count / total) * 100, 1) }));
}

function types(count: number): string {
  return count === 1 ? "1 type" : `${count} types`;
}
