import { formatPercent } from "../../common/format";
import type { LatencyComparison, QueryVerdict, Rules } from "./comparison";
import { describeChange } from "./format";

/** The bounds of all verdicts and of the decision. */
export const rules: Rules = {
  minimum_effect: 0.1,
  significance: 0.05,
  confidence: 0.95,
  least_slowdown_ms: 0.05,
  least_gain_ms: 0.05,
  write_cost_paid: 0.5,
  write_cost_unpaid: 0.1,
};

/**
 * The verdict on one query in one stratum.
 *
 * - NO_CHANGE: the whole 95 % interval of the ratio is within ±10 %. There may be a difference, but it does not matter.
 * - DEGRADED, IMPROVED: the difference is significant after Holm's correction, the whole interval is on one side of 1, and
 *   it reaches 10 %. The change is real and may be large enough to matter. If the whole interval had to be beyond 10 %, a
 *   change of exactly 10 % would be found only one time in forty, however long the measurement is.
 * - INCONCLUSIVE: all other cases. More blocks make the interval narrower.
 *   A change that the shown medians do not have is inconclusive too: the blocks are then of several kinds.
 *
 * @param shown the ratio of the medians that are shown beside the verdict
 */
export function verdictOf(
  { ratio, interval, p_holm }: Pick<LatencyComparison, "ratio" | "interval" | "p_holm">,
  shown = ratio,
): { verdict: QueryVerdict; explanation: string } {
  const [low, high] = interval;
  const [least, most] = [1 - rules.minimum_effect, 1 + rules.minimum_effect];
  const measured = `${describeChange(ratio)} (95 % interval: ${describeChange(low)} to ${describeChange(high)})`;
  const give = (verdict: QueryVerdict, explanation: string) => ({ verdict, explanation });
  if (low > least && high < most) {
    return give("NO_CHANGE", `${measured}: within ±${formatPercent(rules.minimum_effect)}.`);
  }
  const significant = p_holm < rules.significance;
  if (significant && contradicts(shown, ratio)) {
    const medians = `the medians are ${describeChange(shown)}`;
    return give(
      "INCONCLUSIVE",
      `${measured}, but ${medians}: blocks are of several kinds; measure more blocks.`,
    );
  }
  if (significant && low > 1) return give("DEGRADED", `${measured}.`);
  if (significant && high < 1) return give("IMPROVED", `${measured}.`);
  const why = significant ? "the interval contains no change" : "it may be chance";
  return give("INCONCLUSIVE", `${measured}: ${why}; measure more blocks.`);
}

/** Whether two ratios are of opposite directions, or one is more than twice the other. */
function contradicts(shown: number, judged: number): boolean {
  return Math.sign(shown - 1) === -Math.sign(judged - 1) || Math.abs(Math.log2(shown / judged)) > 1;
}
