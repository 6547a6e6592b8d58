import { quantile } from "./quantile";

/** The number of points at which the density is computed, and to which values are rounded. */
const POINTS = 512;
/** A valley counts when it falls below this share of the lower of its peaks. */
const VALLEY = 0.75;
/** A mode counts when it holds at least this share of the values. */
const LEAST_SHARE = 0.05;
/** The fewest values. With fewer of them, the density shows peaks that are due to chance. */
const FEWEST = 100;

/** A mode: a value around which many others lie. */
export interface Mode {
  /** The value with the highest density. */
  at: number;
  /** The share of all values between the valleys on both sides. */
  share: number;
}

/**
 * Finds the modes of positive values, in ascending order. They are the peaks of a Gaussian kernel density of the logarithms,
 * with Silverman's bandwidth ("Density Estimation for Statistics and Data Analysis", 1986, equation 3.31). Latencies of two
 * kinds, such as cache hits and misses, have two modes. Their median may be a value that hardly any execution has.
 */
export function modes(values: ArrayLike<number>): Mode[] {
  if (values.length < FEWEST) return [];
  const logs = Float64Array.from(values, Math.log).sort();
  const bandwidth = silverman(logs);
  // Nearly equal values have one mode.
  if (!(bandwidth > 1e-6)) return [{ at: Math.exp(quantile(logs, 0.5)), share: 1 }];
  const [low, high] = [quantile(logs, 0.001), quantile(logs, 0.999)];
  const grid = Float64Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
  const step = grid[1]! - grid[0]!;
  const counts = new Float64Array(POINTS);
  for (const log of logs) counts[Math.min(POINTS - 1, Math.max(0, Math.round((log - low) / step)))]!++;
  const kernel = grid.map((x) => Math.exp(-(((x - low) / bandwidth) ** 2) / 2));
  const density = new Float64Array(POINTS);
  for (let i = 0; i < POINTS; i++) {
    const count = counts[i]!;
    // Most points have no value.
    if (count === 0) continue;
    for (let at = 0; at < POINTS; at++) density[at]! += count * kernel[Math.abs(at - i)]!;
  }
  const all = sum(density);
  return merged(peaks(density)).map(({ peak, from, to }) => {
    const within = logs.filter(
      (log) => (from === 0 || log >= grid[from]!) && (to === POINTS - 1 || log < grid[to]!),
    );
    return { at: Math.exp(grid[peak]!), share: within.length / logs.length };
  });

  /** Merges peaks with their neighbours until each stands out and holds enough values. */
  function merged(found: Peak[]): Peak[] {
    const height = ({ peak }: Peak): number => density[peak]!;
    const held = ({ from, to }: Peak): number => sum(density.subarray(from, to + 1)) / all;
    for (let i = 1; i < found.length; i++) {
      const [left, right] = [found[i - 1]!, found[i]!];
      const lower = Math.min(height(left), height(right));
      if (density[right.from]! <= VALLEY * lower && Math.min(held(left), held(right)) >= LEAST_SHARE)
        continue;
      const { peak } = height(left) >= height(right) ? left : right;
      return merged(found.toSpliced(i - 1, 2, { peak, from: left.from, to: right.to }));
    }
    return found;
  }
}

function sum(values: Float64Array): number {
  let so = 0;
  for (const value of values) so += value;
  return so;
}

interface Peak {
  peak: number;
  from: number;
  to: number;
}

/** Finds all local maxima, with the minima on both sides. */
function peaks(density: Float64Array): Peak[] {
  const found: Peak[] = [];
  let [from, peak] = [0, 0];
  for (let i = 1; i < density.length; i++) {
    if (density[i]! >= density[peak]!) peak = i;
    const lowest = density[i]! < density[i - 1]! && (density[i + 1] ?? Infinity) >= density[i]!;
    if (!lowest) continue;
    found.push({ peak, from, to: i });
    from = peak = i;
  }
  if (from < density.length - 1) found.push({ peak, from, to: density.length - 1 });
  return found;
}

function silverman(sorted: Float64Array): number {
  const n = sorted.length;
  const mean = sum(sorted) / n;
  const deviation = Math.sqrt(sorted.reduce((so, each) => so + (each - mean) ** 2, 0) / (n - 1));
  const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
  return 0.9 * (spread > 0 ? Math.min(deviation, spread) : deviation) * n ** -0.2;
}
