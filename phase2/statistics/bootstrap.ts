import { Stream } from "../../generator/plan/random";
import { median, quantile } from "./quantile";

/** Resamples: the ends of the interval then vary by about a fiftieth of its width. */
const RESAMPLES = 2000;
const LEVEL = 0.95;

export type Interval = [low: number, high: number];

/** Draws a whole number from 0 to below the limit. */
type Below = (limit: number) => number;

/**
 * The 95 % percentile interval of a statistic over resamples with replacement (Efron and Tibshirani, "An Introduction
 * to the Bootstrap", 1993, section 13.3). What is resampled are whole blocks: executions that follow one another are
 * alike, and resampling them alone would make the interval far too narrow (Davison and Hinkley, "Bootstrap Methods and
 * their Application", 1997, sections 3.8 and 8.2).
 *
 * @param name of the sample: the same name gives the same draws
 */
export function bootstrapInterval(name: string, statistic: (below: Below) => number): Interval {
  const stream = new Stream("bootstrap", name);
  let n = 0;
  const below: Below = (limit) => stream.below(n++, limit);
  const values = Float64Array.from({ length: RESAMPLES }, () => statistic(below)).sort();
  return [quantile(values, (1 - LEVEL) / 2), quantile(values, (1 + LEVEL) / 2)];
}

/** The interval of the median. */
export function medianInterval(name: string, values: readonly number[]): Interval {
  return bootstrapInterval(name, (below) => median(resampled(values, below)));
}

/** The interval of the median after divided by the median before, of samples that have nothing to do with each other. */
export function ratioInterval(name: string, before: readonly number[], after: readonly number[]): Interval {
  return bootstrapInterval(
    name,
    (below) => median(resampled(after, below)) / median(resampled(before, below)),
  );
}

/** The interval of the q-quantile of all values together. */
export function quantileInterval(name: string, blocks: readonly (readonly number[])[], q: number): Interval {
  const sorted = blocks
    .flatMap((values, block) => values.map((value) => ({ value, block })))
    .sort((a, b) => a.value - b.value);
  const times = new Int32Array(blocks.length);
  return bootstrapInterval(name, (below) => {
    times.fill(0);
    let size = 0;
    for (const block of blocks.map(() => below(blocks.length))) {
      times[block]!++;
      size += blocks[block]!.length;
    }
    // Values come in order: the quantile is where so many of them have been passed.
    let left = q * (size - 1) + 1;
    for (const { value, block } of sorted) if ((left -= times[block]!) <= 0) return value;
    return sorted.at(-1)!.value;
  });
}

function resampled(values: readonly number[], below: Below): Float64Array {
  return Float64Array.from({ length: values.length }, () => values[below(values.length)]!);
}
