import type { LatencyComparison, Reason } from "../comparison";
import { cellName, describeChange, ms } from "../format";
import { against, caution, isCredible, type Measured, open } from "./reason";

/** A missed target is missed by much more when the percentile is this many times as long as before. */
const MUCH_MORE = 2;

/** The targets that were lost, may have been lost, or are missed by more than before. */
export function targets(measured: Measured): Reason[] {
  const { queries, writes } = measured;
  return [
    ...queries.flatMap((query) => targetOf(query, cellName(query), isCredible(query, measured))),
    ...targetOf(writes, writes.query, true),
  ];
}

function targetOf({ target, before, after }: LatencyComparison, name: string, credible: boolean): Reason[] {
  if (target === undefined) return [];
  const now = `p95 is ${ms(after.p95_ms)}, its target ${ms(target.ms)}`;
  const change = `${target.before} ${target.after}`;
  if (change === "met missed" && credible) return [against(`${name} has lost its target: ${now}.`)];
  if (["met missed", "unsure missed", "met unsure"].includes(change)) {
    return credible || change === "met missed" ? [open(`${name} may have lost its target: ${now}.`)] : [];
  }
  if (change !== "missed missed") return [];
  const ratio = after.p95_ms / before.p95_ms;
  if (ratio < MUCH_MORE) return [caution(`${name} missed its target before and misses it: ${now}.`)];
  const more = `${name} missed its target before and misses it by more: p95 is ${describeChange(ratio)}; ${now}.`;
  const certain = target.p95_intervals.after[0] > target.p95_intervals.before[1];
  return [certain && credible ? against(more) : open(more)];
}
