import { Stream } from "../common/random";
import { quantile } from "./quantile";

/** The number of resamples. With so many, the ends of the interval vary by about 2 % of its width. */
const RESAMPLES = 2000;
const LEVEL = 0.95;

/** An interval of an estimate. */
export type Interval = [low: number, high: number];

/** Draws a whole number in [0, limit). */
type Below = (limit: number) => number;

/**
 * The 95 % percentile interval of a statistic over resamples with replacement (Efron and Tibshirani, "An Introduction to
 * the Bootstrap", 1993, section 13.3).
 *
 * Whole blocks are resampled. Successive executions are alike, so resampling single executions would make the interval much
 * too narrow (Davison and Hinkley, "Bootstrap Methods and their Application", 1997, sections 3.8 and 8.2).
 *
 * @param name the seed of the draws
 * @param statistic computes the statistic of one resample
 */
export function bootstrapInterval(name: string, statistic: (below: Below) => number): Interval {
  const stream = new Stream("bootstrap", name);
  let n = 0;
  const below: Below = (limit) => stream.below(n++, limit);
  const values = Float64Array.from({ length: RESAMPLES }, () => statistic(below)).sort();
  return [quantile(values, (1 - LEVEL) / 2), quantile(values, (1 + LEVEL) / 2)];
}

/** The confidence interval of the median. */
export function medianInterval(name: string, values: readonly number[]): Interval {
  return bootstrapInterval(name, resampledQuantile(alone(values), 0.5));
}

/** The interval of the median after, divided by the median before, of two independent samples. */
export function ratioInterval(name: string, before: readonly number[], after: readonly number[]): Interval {
  const [old, now] = [resampledQuantile(alone(before), 0.5), resampledQuantile(alone(after), 0.5)];
  return bootstrapInterval(name, (below) => now(below) / old(below));
}

/** The confidence interval of the q-quantile of the values of all blocks. */
export function quantileInterval(name: string, blocks: readonly (readonly number[])[], q: number): Interval {
  return bootstrapInterval(name, resampledQuantile(blocks, q));
}

const alone = (values: readonly number[]): number[][] => values.map((value) => [value]);

/**
 * The q-quantile of a resample of the blocks. The values are sorted only once. A resample counts how often each block was
 * drawn, and then walks through the sorted values with these counts.
 */
function resampledQuantile(blocks: readonly (readonly number[])[], q: number): (below: Below) => number {
  const all = blocks.flatMap((values, block) => values.map((value) => ({ value, block })));
  all.sort((a, b) => a.value - b.value);
  const values = Float64Array.from(all, ({ value }) => value);
  const owners = Int32Array.from(all, ({ block }) => block);
  const sizes = Int32Array.from(blocks, (block) => block.length);
  const times = new Int32Array(blocks.length);
  return (below) => {
    times.fill(0);
    let size = 0;
    for (let left = sizes.length; left > 0; left--) {
      const block = below(sizes.length);
      times[block]!++;
      size += sizes[block]!;
    }
    const at = q * (size - 1);
    const low = Math.floor(at);
    let [i, passed] = [-1, 0];
    while (passed <= low) passed += times[owners[++i]!]!;
    const value = values[i]!;
    if (at === low || passed > low + 1) return value;
    do i++;
    while (times[owners[i]!] === 0);
    return value + (at - low) * (values[i]! - value);
  };
}
