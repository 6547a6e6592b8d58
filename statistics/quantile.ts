/**
 * The q-quantile (0 to 1) of values in ascending order. It is linear between the two nearest order statistics: definition 7
 * of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996). R, NumPy and
 * PostgreSQL's percentile_cont use the same definition.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (at - below) * (high - low);
}

/** The median of values in any order. */
export function median(values: ArrayLike<number>): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}
