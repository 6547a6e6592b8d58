import type { Support } from "./support";

/** A law P(x) = exp(theta . t(x)) / Z on a support. The one or two functions t define the family. */
export interface Member {
  theta: number[];
  logZ: number;
  /** The variance of the first function under the law. Its inverse is the variance of theta for one observation. */
  variance: number;
}

/** The most steps of Newton's method, which doubles the digits with each step. Only a bad start needs many. */
const MOST_STEPS = 100;
const ENOUGH_DIGITS = 1e-12;

/**
 * Finds the member of the family with the greatest likelihood. It is the one whose mean of t equals the mean of t in the
 * data. The log likelihood is concave, so Newton's method finds it from any start when steps are halved until they gain.
 *
 * @param t the values of each function at the points of the support
 * @param means the mean of each function in the data
 * @param start the first theta, with one element for each function
 */
export function mostLikely({ weight }: Support, t: Float64Array[], means: number[], start: number[]): Member {
  let theta = start;
  let now = moments(weight, t, theta);
  for (let step = 0; step < MOST_STEPS; step++) {
    const direction = newtonStep(now, means);
    const gain = dot(
      direction,
      means.map((mean, k) => mean - now.mean[k]!),
    );
    if (!(gain > ENOUGH_DIGITS)) break;
    const likelihood = dot(theta, means) - now.logZ;
    let scale = 1;
    let next: number[];
    let then: Moments;
    do {
      next = theta.map((each, k) => each + scale * direction[k]!);
      then = moments(weight, t, next);
      scale /= 2;
    } while (!(dot(next, means) - then.logZ >= likelihood) && scale > 1e-9);
    if (scale <= 1e-9) break;
    theta = next;
    now = then;
  }
  return { theta, logZ: now.logZ, variance: now.first };
}

interface Moments {
  logZ: number;
  mean: number[];
  /** The variance of the first function. */
  first: number;
  /** The variance of the second function. */
  second: number;
  /** The covariance of both functions. */
  both: number;
}

function moments(weight: Float64Array, [t, u]: Float64Array[], [a, b]: number[]): Moments {
  const points = weight.length;
  const exponent = (i: number): number => (u ? a! * t![i]! + b! * u[i]! : a! * t![i]!);
  let highest = -Infinity;
  for (let i = 0; i < points; i++) {
    const each = exponent(i);
    if (each > highest) highest = each;
  }
  let [z, sumT, sumU, squareT, squareU, product] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < points; i++) {
    const mass = weight[i]! * Math.exp(exponent(i) - highest);
    const massT = mass * t![i]!;
    z += mass;
    sumT += massT;
    squareT += massT * t![i]!;
    if (u) {
      sumU += mass * u[i]!;
      squareU += mass * u[i]! * u[i]!;
      product += massT * u[i]!;
    }
  }
  const [meanT, meanU] = [sumT / z, sumU / z];
  return {
    logZ: highest + Math.log(z),
    mean: u ? [meanT, meanU] : [meanT],
    first: squareT / z - meanT * meanT,
    second: squareU / z - meanU * meanU,
    both: product / z - meanT * meanU,
  };
}

/** The inverse of the covariance matrix times the difference from the means. */
function newtonStep({ mean, first, second, both }: Moments, means: number[]): number[] {
  const [dt, du] = means.map((each, k) => each - mean[k]!);
  if (du === undefined) return [dt! / first];
  const determinant = first * second - both * both;
  return [(second * dt! - both * du) / determinant, (first * du - both * dt!) / determinant];
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, each, k) => sum + each * b[k]!, 0);
}
