import { Stream } from "../common/random";
import { histogram, total, type Histogram } from "./histogram";
import type { Fit } from "./power-law";

/** Samples drawn: a p-value near 0.1 then has a standard error of 0.02. */
const SAMPLES = 250;
/**
 * Values in a sample at most. The distance shrinks as the root of the number of values, hardly otherwise from some
 * thousand on, so that the distances of more values are told from those of these.
 */
const MOST_VALUES = 5000;

/**
 * Share of samples drawn from the fit that lie further from their own fit than the data from theirs; a power law is
 * plausible above 0.1 (Clauset, Shalizi, Newman 2009, section 4.1). The samples are the same in each run.
 *
 * @param again how the data were fitted: the samples are fitted in the same way
 */
export function goodnessOfFit(values: Histogram, fit: Fit, again: (sample: Histogram) => Fit): number {
  const random = new Stream("goodness of fit", "sample");
  const size = Math.min(total(values), MOST_VALUES);
  const found = fit.ks * Math.sqrt(total(values));
  let further = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const { ks } = again(draw(values, fit, size, (i) => random.unit(sample * (MOST_VALUES + 1) + i)));
    if (ks * Math.sqrt(size) >= found) further++;
  }
  return further / SAMPLES;
}

/** So many values: from xmin on drawn from the law, below it from the data, with the data's share of both. */
export function draw(
  values: Histogram,
  { law, from }: Fit,
  size: number,
  unit: (i: number) => number,
): Histogram {
  const all = total(values);
  const below = 1 - values.countFrom[from]! / all;
  const value: number[] = [];
  const count: number[] = [];
  let [i, seen] = [0, values.count[0]! / all];
  for (const u of ascendingUnits(size, unit)) {
    let x: number;
    if (u < below) {
      while (seen < u && i < from - 1) seen += values.count[++i]! / all;
      x = values.value[i]!;
    } else x = law.quantile((u - below) / (1 - below));
    if (value.at(-1) === x) count[count.length - 1]!++;
    else {
      value.push(x);
      count.push(1);
    }
  }
  return histogram(Float64Array.from(value), Float64Array.from(count));
}

/** Even draws from [0, 1) in ascending order, without sorting: waiting times of a Poisson process, as shares of all. */
function ascendingUnits(size: number, unit: (i: number) => number): Float64Array {
  const units = new Float64Array(size);
  let sum = 0;
  for (let i = 0; i < size; i++) units[i] = sum -= Math.log(unit(i));
  sum -= Math.log(unit(size));
  for (let i = 0; i < size; i++) units[i]! /= sum;
  return units;
}
