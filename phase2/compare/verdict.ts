import { formatPercent } from "../../common/format";
import type { LatencyComparison, QueryVerdict, Rules } from "./comparison";
import { describeChange } from "./format";

/** What all verdicts are given by. */
export const rules: Rules = {
  minimum_effect: 0.1,
  significance: 0.05,
  confidence: 0.95,
  least_slowdown_ms: 0.05,
  write_cost_paid: 0.5,
  write_cost_unpaid: 0.1,
};

/**
 * The verdict on one query in one stratum.
 *
 * - NO_CHANGE: the whole 95 % interval of the ratio lies within ±10 %. There may be a difference, but none that
 *   matters.
 * - DEGRADED, IMPROVED: the difference is significant after Holm's correction, the whole interval lies on its side of
 *   1, and it reaches 10 %: the change is real, and nothing says that it is smaller than what matters. Were the whole
 *   interval asked to lie beyond 10 %, a change of exactly 10 % would be found one time in forty, however long one
 *   measures; so it is found unless it is measured as surely smaller.
 * - INCONCLUSIVE: everything else. More blocks narrow the interval.
 */
export function verdictOf({
  ratio,
  interval,
  p_holm,
}: Pick<LatencyComparison, "ratio" | "interval" | "p_holm">): { verdict: QueryVerdict; explanation: string } {
  const [low, high] = interval;
  const [least, most] = [1 - rules.minimum_effect, 1 + rules.minimum_effect];
  const measured = `${describeChange(ratio)} (95 % interval: ${describeChange(low)} to ${describeChange(high)})`;
  const give = (verdict: QueryVerdict, explanation: string) => ({ verdict, explanation });
  if (low > least && high < most) {
    return give("NO_CHANGE", `${measured}: within ±${formatPercent(rules.minimum_effect)}.`);
  }
  const significant = p_holm < rules.significance;
  if (significant && low > 1) return give("DEGRADED", `${measured}.`);
  if (significant && high < 1) return give("IMPROVED", `${measured}.`);
  const why = significant ? "the interval contains no change" : "it may be chance";
  return give("INCONCLUSIVE", `${measured}: ${why}; measure more blocks.`);
}
