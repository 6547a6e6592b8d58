import type { SizeCount } from "../sizes";

/** Whole numbers of at least 1, as counts by value: what follows depends on how many values differ, not on how many there are. */
export interface Histogram {
  /** Ascending, each value once. */
  value: Float64Array;
  /** How often each occurs. */
  count: Float64Array;
  /** How many values there are from each on, itself included. */
  countFrom: Float64Array;
  /** The sum of their logarithms. */
  logSumFrom: Float64Array;
}

export function sizeHistogram(sizes: readonly SizeCount[]): Histogram {
  const ascending = sizes.toSorted((a, b) => a.size - b.size);
  return histogram(
    Float64Array.from(ascending, ({ size }) => size),
    Float64Array.from(ascending, ({ conversations }) => conversations),
  );
}

/** @param value ascending, each value once */
export function histogram(value: Float64Array, count: Float64Array): Histogram {
  const countFrom = new Float64Array(value.length);
  const logSumFrom = new Float64Array(value.length);
  let [total, logSum] = [0, 0];
  for (let i = value.length - 1; i >= 0; i--) {
    countFrom[i] = total += count[i]!;
    logSumFrom[i] = logSum += count[i]! * Math.log(value[i]!);
  }
  return { value, count, countFrom, logSumFrom };
}

/** How many values there are, the same ones counted as often as they occur. */
export function total({ countFrom }: Histogram): number {
  return countFrom[0] ?? 0;
}
