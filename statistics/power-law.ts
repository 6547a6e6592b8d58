import { mostLikely } from "./exponential-family";
import { total, type Histogram } from "./histogram";
import { EXACT_BELOW, supportOf } from "./support";

/** The discrete power law P(x) = x^-alpha / Z on the whole numbers from xmin to xmax. */
export class PowerLaw {
  readonly #z: number;
  readonly #logZ: number;
  /** The cumulated mass of the numbers below `#tailStart`, from xmin on. */
  readonly #head: Float64Array;
  /** P(X < tailStart). */
  readonly #headMass: number;
  readonly #tailStart: number;
  /** Half a number before the start of the tail: there its integral begins. Also its power of 1 - alpha, and its logarithm. */
  readonly #integralStart: number;
  readonly #startPower: number;
  readonly #logStart: number;

  constructor(
    readonly alpha: number,
    readonly xmin: number,
    readonly xmax: number,
  ) {
    this.#tailStart = Math.min(Math.max(xmin, EXACT_BELOW), xmax + 1);
    this.#integralStart = this.#tailStart - 0.5;
    this.#startPower = this.#integralStart ** (1 - alpha);
    this.#logStart = Math.log(this.#integralStart);
    this.#head = new Float64Array(this.#tailStart - xmin);
    let sum = 0;
    for (let x = xmin; x < this.#tailStart; x++) this.#head[x - xmin] = sum += Math.exp(-alpha * Math.log(x));
    this.#z = sum + this.#integral(xmax);
    this.#logZ = Math.log(this.#z);
    for (let i = 0; i < this.#head.length; i++) this.#head[i]! /= this.#z;
    this.#headMass = this.#head.length === 0 ? 0 : this.#head[this.#head.length - 1]!;
  }

  /** The logarithm of P(X = x). */
  logMass(x: number): number {
    return -this.alpha * Math.log(x) - this.#logZ;
  }

  /** P(X <= x) for a whole number x up to xmax. */
  cumulative(x: number): number {
    if (x < this.xmin) return 0;
    if (x < this.#tailStart) return this.#head[x - this.xmin]!;
    return this.#headMass + this.#integral(x) / this.#z;
  }

  /** The least x with P(X <= x) >= u. */
  quantile(u: number): number {
    if (u <= this.#headMass) {
      let [low, high] = [0, this.#head.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.#head[middle]! >= u) high = middle;
        else low = middle + 1;
      }
      return this.xmin + low;
    }
    const d = 1 - this.alpha;
    const area = (u - this.#headMass) * this.#z;
    const y =
      Math.abs(d) < 1e-9 ? this.#integralStart * Math.exp(area) : (this.#startPower + d * area) ** (1 / d);
    return Math.min(this.xmax, Math.max(this.#tailStart, Math.ceil(y - 0.5)));
  }

  /** The sum of x^-alpha from the start of the tail to x, by the midpoint rule; see `supportOf`. */
  #integral(x: number): number {
    if (x < this.#tailStart) return 0;
    const d = 1 - this.alpha;
    const from = this.#logStart;
    const to = Math.log(x + 0.5);
    if (Math.abs(d) < 1e-9) return to - from;
    return (Math.exp(d * to) - Math.exp(d * from)) / d;
  }
}

/** A power law that was fitted to the upper values of a histogram. */
export interface Fit {
  law: PowerLaw;
  /** The position of the first fitted value in the histogram. */
  from: number;
  /** The number of fitted values. */
  count: number;
  /** The standard error of alpha: one over the square root of the Fisher information. */
  standardError: number;
  /** The Kolmogorov-Smirnov distance. */
  ks: number;
}

/**
 * Fits the power law on [xmin, xmax] with the greatest likelihood. xmin is the value of the histogram at `from`. xmax is its
 * greatest value, which is the most likely bound. See Clauset, Shalizi, Newman, "Power-law distributions in empirical
 * data", SIAM Review 51 (2009), section 3.1. Here the normaliser is a finite sum.
 */
export function fitFrom(values: Histogram, from = 0): Fit {
  const support = supportOf(values.value[from]!, values.value.at(-1)!);
  const count = values.countFrom[from]!;
  const meanLog = values.logSumFrom[from]! / count;
  // This start is close to the estimate for an unbounded law (their equation 3.7), and saves some steps.
  const start = -1 - 1 / (meanLog - Math.log(support.xmin - 0.5));
  const { theta, variance } = mostLikely(support, [support.logX], [meanLog], [start]);
  const law = new PowerLaw(-theta[0]!, support.xmin, support.xmax);
  const standardError = 1 / Math.sqrt(count * variance);
  return { law, from, count, standardError, ks: distance(values, from, law) };
}

/** The least share of all values, and the least number of them, in a fitted tail. */
const LEAST_TAIL = { share: 0.02, count: 100 };
/** The number of candidates for xmin. To try every value is usual, but takes days for millions and gives nearly the same xmin. */
const CANDIDATES = 20;

/** Fits the tail: of twenty candidates for xmin, from the least value to the last 2 %, takes the one with the least distance (section 3.3). */
export function fitTail(values: Histogram): Fit {
  const least = Math.min(1, Math.max(LEAST_TAIL.share, LEAST_TAIL.count / total(values)));
  const starts = new Set([0]);
  let i = 0;
  for (let step = 0; step < CANDIDATES; step++) {
    const wanted = total(values) * least ** (step / (CANDIDATES - 1));
    while (i + 1 < values.value.length && values.countFrom[i + 1]! >= wanted * (1 - 1e-9)) i++;
    // A fit needs at least three distinct values.
    if (i + 2 < values.value.length) starts.add(i);
  }
  return [...starts].map((start) => fitFrom(values, start)).reduce((a, b) => (b.ks < a.ks ? b : a));
}

/** The Kolmogorov-Smirnov distance: the greatest difference between the share of values up to x and P(X <= x), over all x. */
function distance({ value, count, countFrom }: Histogram, from: number, law: PowerLaw): number {
  const all = countFrom[from]!;
  let [seen, farthest] = [0, 0];
  for (let i = from; i < value.length; i++) {
    // Between two values that are not neighbours, the share of the data is constant while that of the law grows.
    if (i > from && value[i]! > value[i - 1]! + 1) {
      farthest = Math.max(farthest, Math.abs(seen / all - law.cumulative(value[i]! - 1)));
    }
    seen += count[i]!;
    farthest = Math.max(farthest, Math.abs(seen / all - law.cumulative(value[i]!)));
  }
  return farthest;
}
