import { median } from "../../statistics/quantile";
import type { Comparison, IndexChange } from "./comparison";
import { rules } from "./verdict";

/**
 * How much faster or slower the machine became between two captures taken one after the other: the median ratio of the
 * queries whose plan is the same, which no index can have changed. Further indexes make no insert faster either, so
 * inserts that became faster count as well.
 *
 * @returns the ratio, below 1 where the machine became faster; undefined in turns, where each block has its counterpart,
 *   and where there is nothing to tell it by
 */
export function driftOf(
  { method, queries, writes }: Pick<Comparison, "method" | "queries" | "writes">,
  indexes: readonly Pick<IndexChange, "change">[],
): number | undefined {
  if (method === "in turns") return undefined;
  const controls = queries.filter(({ plan }) => !plan.changed).map(({ ratio }) => ratio);
  const onlyAdded = indexes.every(({ change }) => change === "added");
  const insertsBecameFaster = onlyAdded && writes.interval[1] < 1;
  const drift = controls.length === 0 ? undefined : median(controls);
  if (!insertsBecameFaster) return drift;
  return drift === undefined ? writes.ratio : Math.min(drift, writes.ratio);
}

/** Whether the machine's speed changed by more than the least change that matters. */
export function isDrifted(drift: number | undefined): drift is number {
  return drift !== undefined && Math.abs(Math.log(drift)) > Math.log(1 + rules.minimum_effect);
}
