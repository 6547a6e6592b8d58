import { medianInterval, quantileInterval, ratioInterval, type Interval } from "../../statistics/bootstrap";
import { mannWhitney, type Stratum } from "../../statistics/mann-whitney";
import { modes } from "../../statistics/modes";
import { median, quantile } from "../../statistics/quantile";
import type { Latency, Pair, Target, TargetState } from "./comparison";

/** The number of steps of the quantiles from which a chart is drawn. */
const STEPS = 50;
/** The blocks of each side in one round of captures that are taken in turns: A B B A. */
const ROUND = 2;

export type Blocks = readonly (readonly number[])[];

/** A change, as estimated from the samples. */
export interface Change {
  ratio: number;
  interval: Interval;
  p: number;
}

/**
 * Estimates the change between two series of blocks. It compares the medians of blocks, because the executions within one
 * block are alike. If they were taken as independent, every slow minute of the machine would be a change.
 *
 * For captures that were taken in turns, the ratio is the median of the ratios of blocks that were measured next to each
 * other, and ranks are within rounds, so that a drift of the machine's speed cancels out. Otherwise it is the ratio of the
 * two medians.
 *
 * @param name the seed of the resampling
 */
export function changeOf(name: string, before: Blocks, after: Blocks, inTurns: boolean): Change {
  const medians = { before: before.map(median), after: after.map(median) };
  if (!inTurns) {
    return {
      ratio: median(medians.after) / median(medians.before),
      interval: ratioInterval(name, medians.before, medians.after),
      p: mannWhitney([medians]),
    };
  }
  const ratios = medians.after.map((each, i) => each / medians.before[i]!);
  return { ratio: median(ratios), interval: medianInterval(name, ratios), p: mannWhitney(rounds(medians)) };
}

function rounds({ before, after }: Stratum): Stratum[] {
  return Array.from({ length: Math.ceil(before.length / ROUND) }, (_, round) => {
    const [from, to] = [round * ROUND, (round + 1) * ROUND];
    return { before: before.slice(from, to), after: after.slice(from, to) };
  });
}

/** Summarizes the latencies of all blocks. */
export function latencyOf(blocks: Blocks): Latency {
  const sorted = Float64Array.from(blocks.flat()).sort();
  return {
    executions: sorted.length,
    blocks: blocks.length,
    median_ms: quantile(sorted, 0.5),
    p95_ms: quantile(sorted, 0.95),
    p99_ms: quantile(sorted, 0.99),
    modes: modes(sorted),
    quantiles_ms: Array.from({ length: STEPS + 1 }, (_, step) => quantile(sorted, step / STEPS)),
  };
}

/** Whether the 95th percentiles meet the target. */
export function targetOf(name: string, ms: number, { before, after }: Pair<Blocks>): Target {
  const p95_intervals = {
    before: quantileInterval(`${name} before`, before, 0.95),
    after: quantileInterval(`${name} after`, after, 0.95),
  };
  const state = ([low, high]: Interval): TargetState => (high <= ms ? "met" : low > ms ? "missed" : "unsure");
  return { ms, before: state(p95_intervals.before), after: state(p95_intervals.after), p95_intervals };
}

/** A mode with this share of the executions speaks for the median. */
const MOST = 0.6;

/** Whether the latencies have several modes, and the median lies in a gap between two of them. */
export function isDivided({ modes }: Latency): boolean {
  return modes.length > 1 && modes.every(({ share }) => share < MOST);
}
