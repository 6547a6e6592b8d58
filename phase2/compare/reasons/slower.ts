import type { QueryComparison, Reason } from "../comparison";
import { cellName, describeChange, ms } from "../format";
import { rules } from "../verdict";
import { against, caution, isCredible, type Measured, open } from "./reason";

/** An interval that reaches this ratio leaves open whether the query has become unusable. */
const FAR = 2;

/** The queries that are slower, or may be. */
export function slowerQueries(measured: Measured): Reason[] {
  return measured.queries.flatMap((query) => slower(query, isCredible(query, measured)));
}

function slower(query: QueryComparison, credible: boolean): Reason[] {
  const { verdict, explanation, ratio, interval, plan, before } = query;
  const [, most] = interval;
  const slowdown = (factor: number): number => (factor - 1) * before.median_ms;
  const mayBeFar = most >= FAR && slowdown(most) >= rules.least_slowdown_ms;
  if (verdict === "DEGRADED" && slowdown(ratio) < rules.least_slowdown_ms) {
    if (mayBeFar) return [open(`${cellName(query)} may be much slower: ${explanation}`)];
    const short = `by less than ${ms(rules.least_slowdown_ms)}, which does not forbid a release`;
    return [caution(`${cellName(query)} is ${describeChange(ratio)}, ${short}.`)];
  }
  if (verdict === "DEGRADED" && credible) return [against(`${cellName(query)}: ${explanation}`)];
  if (verdict === "DEGRADED") {
    return [
      open(
        `${cellName(query)}: ${explanation} Its plan is the same, so the machine may be the cause; measure in turns (--ab).`,
      ),
    ];
  }
  if (verdict !== "INCONCLUSIVE") return [];
  const possible = most >= 1 + rules.minimum_effect && slowdown(most) >= rules.least_slowdown_ms;
  if (plan.changed && possible) {
    return [open(`${cellName(query)} has another plan and may be slower: ${explanation}`)];
  }
  return mayBeFar ? [open(`${cellName(query)} may be much slower: ${explanation}`)] : [];
}
