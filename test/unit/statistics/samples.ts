import { Stream } from "../../../common/random";
import type { DatasetSpec } from "../../../generator/spec";
import { conversationSizes } from "../../../generator/plan/sizes";
import { histogramOfCounts, type Histogram } from "../../../statistics/histogram";
import { PowerLaw } from "../../../statistics/power-law";

/** Uniform draws from (0, 1). The same name gives the same draws. */
export function units(name: string): () => number {
  const stream = new Stream(name, "test");
  let i = 0;
  return () => stream.unit(i++);
}

export function histogramOf(values: Iterable<number>): Histogram {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return histogramOfCounts(Array.from(counts, ([value, count]) => ({ value, count })));
}

function draws(n: number, draw: () => number): Histogram {
  return histogramOf(Array.from({ length: n }, draw));
}

/** Independent draws from the bounded power law. */
export function powerLawSample(
  name: string,
  n: number,
  { alpha = 1.8, xmin = 54, xmax = 50_000 } = {},
): Histogram {
  const law = new PowerLaw(alpha, xmin, xmax);
  const unit = units(name);
  return draws(n, () => law.quantile(unit()));
}

/** Rounded draws from a log-normal law, by default with the generator's mean. */
export function lognormalSample(name: string, n: number, { mu = 5.5, sigma = 1.2 } = {}): Histogram {
  const unit = units(name);
  // The Box-Muller transform.
  const normal = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  return draws(n, () => Math.max(1, Math.round(Math.exp(mu + sigma * normal()))));
}

/** Rounded draws from an exponential law. */
export function exponentialSample(name: string, n: number, mean = 625): Histogram {
  const unit = units(name);
  return draws(n, () => Math.ceil(-mean * Math.log(unit())));
}

/** The sizes of a generated dataset. */
export function planSizes(seed: string, spec: Partial<DatasetSpec> = {}): Histogram {
  const whole = {
    messages: 5_000_000,
    users: 5_000,
    conversations: 8_000,
    alpha: 1.8,
    windowDays: 90,
    windowEnd: "2025-10-01T00:00:00Z",
    seed,
    ...spec,
  };
  return histogramOf(conversationSizes(whole, (name) => new Stream(seed, name)));
}
