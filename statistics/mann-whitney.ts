import { erfc } from "./erfc";

/** Two samples that were taken under the same circumstances. */
export interface Stratum {
  before: readonly number[];
  after: readonly number[];
}

/** The p-value is exact without ties, and when one side of each stratum has at most this number of values. */
const EXACT_UP_TO = 8;

/**
 * The two-sided p-value of the Mann-Whitney U test: the probability that one sample outranks the other at least as clearly
 * when both come from the same distribution.
 *
 * Each stratum is ranked separately, and the U values are added (van Elteren 1960, whose weights are equal for strata of the
 * same size). A difference between strata, such as a slow minute of the machine, therefore affects neither side. Small
 * samples without ties use the exact distribution of U (Mann and Whitney, "On a Test of Whether one of Two Random Variables
 * is Stochastically Larger than the Other", Annals of Mathematical Statistics 18, 1947). Other samples use the normal
 * approximation with corrections for ties and continuity (Hollander, Wolfe, Chicken, "Nonparametric Statistical Methods",
 * third edition, section 4.1).
 */
export function mannWhitney(strata: readonly Stratum[]): number {
  const ranked = strata.map(rank);
  const u = sum(ranked.map((each) => each.u));
  const most = sum(strata.map(({ before, after }) => before.length * after.length));
  const exact = strata.every(
    ({ before, after }, i) => !ranked[i]!.ties && Math.min(before.length, after.length) <= EXACT_UP_TO,
  );
  // U and its mirror image are equally likely.
  const further = Math.max(u, most - u);
  return Math.min(1, exact ? exactP(strata, further) : normalP(ranked, further - most / 2));
}

function exactP(strata: readonly Stratum[], further: number): number {
  const ways = strata.map(({ before, after }) => distribution(before.length, after.length)).reduce(convolve);
  return 2 * sum(ways.slice(Math.ceil(further)));
}

function normalP(ranked: readonly Ranked[], distance: number): number {
  const deviation = Math.sqrt(sum(ranked.map(({ variance }) => variance)));
  if (deviation === 0) return 1;
  return erfc(Math.max(0, distance - 0.5) / deviation / Math.SQRT2);
}

interface Ranked {
  /** The number of pairs in which the value after is larger. A tie counts as one half. */
  u: number;
  ties: boolean;
  /** The variance of u when both samples come from the same distribution. */
  variance: number;
}

function rank({ before, after }: Stratum): Ranked {
  const [m, n] = [before.length, after.length];
  const all = [...before.map((value) => ({ value, late: 0 })), ...after.map((value) => ({ value, late: 1 }))];
  all.sort((a, b) => a.value - b.value);
  let [ranks, cubes] = [0, 0];
  for (let from = 0, to; from < all.length; from = to) {
    let late = 0;
    for (to = from; to < all.length && all[to]!.value === all[from]!.value; to++) late += all[to]!.late;
    ranks += (late * (from + 1 + to)) / 2;
    cubes += (to - from) ** 3 - (to - from);
  }
  const size = m + n;
  const tied = size > 1 ? cubes / (size * (size - 1)) : 0;
  return { u: ranks - (n * (n + 1)) / 2, ties: cubes > 0, variance: ((m * n) / 12) * (size + 1 - tied) };
}

/** The probability of each U for samples of m and n values. It is the Gaussian binomial coefficient, a product of (1 - q^(n+i)) / (1 - q^i). */
function distribution(m: number, n: number): number[] {
  const [fewer, more] = [Math.min(m, n), Math.max(m, n)];
  let ways = [1];
  for (let i = 1; i <= fewer; i++) {
    const next = Array<number>(i * more + 1).fill(0);
    for (let u = 0; u < next.length; u++) {
      // These are shares instead of counts, so that nothing overflows. The number of ways grows by (more + i) / i.
      const own = (ways[u] ?? 0) - (ways[u - more - i] ?? 0);
      next[u] = (own * i) / (more + i) + (next[u - i] ?? 0);
    }
    ways = next;
  }
  return ways;
}

function convolve(a: readonly number[], b: readonly number[]): number[] {
  const both = Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((p, i) => {
    b.forEach((q, j) => (both[i + j]! += p * q));
  });
  return both;
}

function sum(values: readonly number[]): number {
  return values.reduce((so, each) => so + each, 0);
}
