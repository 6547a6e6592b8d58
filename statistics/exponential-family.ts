import type { Support } from "./support";

/** A law P(x) = exp(theta . t(x)) / Z on a support, t being the one or two functions that make the family. */
export interface Member {
  theta: number[];
  logZ: number;
  /** Variance of t under the law, where there is one t: its inverse is that of theta for one observation. */
  variance: number;
}

/** Newton's method doubles the digits with each step; this many are only needed from a bad start. */
const MOST_STEPS = 100;
const ENOUGH_DIGITS = 1e-12;

/**
 * The member of the family with the greatest likelihood: the one whose mean of t is the data's mean of t. The log
 * likelihood is concave, so Newton's method with steps that are halved until they gain finds it from any start.
 *
 * @param t values of each function at the support's points
 * @param means the data's mean of each function
 * @param start theta to begin with; its length says how many functions there are
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
  /** Variances of the first and second function, and their covariance. */
  first: number;
  second: number;
  both: number;
}

function moments(weight: Float64Array, [t, u]: Float64Array[], [a, b]: number[]): Moments {
  let highest = -Infinity;
  const exponent = new Float64Array(weight.length);
  for (let i = 0; i < weight.length; i++) {
    exponent[i] = a! * t![i]! + (u ? b! * u[i]! : 0);
    if (exponent[i]! > highest) highest = exponent[i]!;
  }
  let [z, sumT, sumU, squareT, squareU, product] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < weight.length; i++) {
    const mass = weight[i]! * Math.exp(exponent[i]! - highest);
    z += mass;
    sumT += mass * t![i]!;
    squareT += mass * t![i]! * t![i]!;
    if (u) {
      sumU += mass * u[i]!;
      squareU += mass * u[i]! * u[i]!;
      product += mass * t![i]! * u[i]!;
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

/** The covariances' inverse times what is missing to the means. */
function newtonStep({ mean, first, second, both }: Moments, means: number[]): number[] {
  const [dt, du] = means.map((each, k) => each - mean[k]!);
  if (du === undefined) return [dt! / first];
  const determinant = first * second - both * both;
  return [(second * dt! - both * du) / determinant, (first * du - both * dt!) / determinant];
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, each, k) => sum + each * b[k]!, 0);
}
