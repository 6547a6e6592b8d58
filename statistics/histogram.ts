/** How often a value occurs. */
export interface ValueCount {
  value: number;
  count: number;
}

/**
 * Whole numbers of at least 1, as counts by value. The cost of all that is computed from it depends on the number of
 * distinct values, not on the number of values.
 */
export interface Histogram {
  /** Ascending, each value once. */
  value: Float64Array;
  /** How often each value occurs. */
  count: Float64Array;
  /** For each value, the number of values that are at least as large. */
  countFrom: Float64Array;
  /** For each value, the sum of the logarithms of the values that are at least as large. */
  logSumFrom: Float64Array;
}

/** Makes a histogram of counts in any order, in which each value stands once. */
export function histogramOfCounts(counts: readonly ValueCount[]): Histogram {
  const ascending = counts.toSorted((a, b) => a.value - b.value);
  return histogram(
    Float64Array.from(ascending, ({ value }) => value),
    Float64Array.from(ascending, ({ count }) => count),
  );
}

/**
 * Makes a histogram of values and their counts.
 *
 * @param value the values in ascending order, each once
 * @param count how often each value occurs
 */
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

/** The number of all values, in which equal values count separately. */
export function total({ countFrom }: Histogram): number {
  return countFrom[0] ?? 0;
}
