import { Stream } from "../common/random";
import { histogram, total, type Histogram } from "./histogram";
import type { Fit } from "./power-law";

/** The number of samples. With so many, a p-value near 0.1 has a standard error of 0.02. */
const SAMPLES = 250;
/**
 * The most values in a sample. From some thousand values on, the distance shrinks almost exactly with the square root of
 * their number, so that the distances of larger samples follow from those of smaller ones.
 */
const MOST_VALUES = 5000;

/**
 * The p-value of the goodness of fit: the share of samples drawn from the fit that are further from their own fit than the
 * data are from theirs. Above 0.1, a power law is plausible (Clauset, Shalizi, Newman 2009, section 4.1). The samples are
 * the same in each run.
 *
 * @param refit fits a sample in the way in which the data were fitted
 */
export function goodnessOfFit(values: Histogram, fit: Fit, refit: (sample: Histogram) => Fit): number {
  const random = new Stream("goodness of fit", "sample");
  const size = Math.min(total(values), MOST_VALUES);
  const found = fit.ks * Math.sqrt(total(values));
  let further = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const { ks } = refit(draw(values, fit, size, (i) => random.unit(sample * (MOST_VALUES + 1) + i)));
    if (ks * Math.sqrt(size) >= found) further++;
  }
  return further / SAMPLES;
}

/** Draws values: those from xmin on from the law, those below it from the data, in the proportion of the data. */
export function draw(
  values: Histogram,
  { law, from }: Fit,
  size: number,
  unit: (i: number) => number,
): Histogram {
  const all = total(values);
  const below = 1 - values.countFrom[from]! / all;
  const value = new Float64Array(size);
  const count = new Float64Array(size);
  let distinct = 0;
  let [i, seen] = [0, values.count[0]! / all];
  for (const u of ascendingUnits(size, unit)) {
    let x: number;
    if (u < below) {
      while (seen < u && i < from - 1) seen += values.count[++i]! / all;
      x = values.value[i]!;
    } else x = law.quantile((u - below) / (1 - below));
    if (distinct === 0 || value[distinct - 1] !== x) value[distinct++] = x;
    count[distinct - 1]!++;
  }
  return histogram(value.subarray(0, distinct), count.subarray(0, distinct));
}

/** Uniform draws from [0, 1) in ascending order. They need no sorting, because they are the arrival times of a Poisson process. */
function ascendingUnits(size: number, unit: (i: number) => number): Float64Array {
  const units = new Float64Array(size);
  let sum = 0;
  for (let i = 0; i < size; i++) units[i] = sum -= Math.log(unit(i));
  sum -= Math.log(unit(size));
  for (let i = 0; i < size; i++) units[i]! /= sum;
  return units;
}
