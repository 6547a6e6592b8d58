import { erfc } from "./erfc";
import { mostLikely } from "./exponential-family";
import type { Histogram } from "./histogram";
import type { Fit } from "./power-law";
import { supportOf } from "./support";

/** The log likelihood ratio of the power law against another law; it is positive when the power law fits better. */
export interface LikelihoodRatio {
  ratio: number;
  /** The probability of a ratio at least as far from 0 when both laws fit equally well. */
  p: number;
}

/** The power law against each other law. */
export interface LikelihoodRatios {
  lognormal: LikelihoodRatio;
  exponential: LikelihoodRatio;
}

/** The logarithm of the probability of a whole number. */
type LogMass = (x: number) => number;

/**
 * Compares the fitted power law with the most likely log-normal and exponential laws. All laws are on the whole numbers
 * from xmin to xmax, and their densities are the weights. The p-value is that of Vuong's test (Clauset, Shalizi, Newman
 * 2009, section 5.1 and appendix C).
 */
export function againstOthers(values: Histogram, fit: Fit): LikelihoodRatios {
  return {
    lognormal: compare(values, fit, lognormal(values, fit)),
    exponential: compare(values, fit, exponential(values, fit)),
  };
}

/** ln P = a ln x - b (ln x)^2 up to a constant. With b = 0, where sigma is infinite, this is the power law. */
function lognormal({ value, count, countFrom, logSumFrom }: Histogram, { law, from }: Fit): LogMass {
  const support = supportOf(law.xmin, law.xmax);
  // Centred on the mean logarithm, the two functions differ enough for Newton's method.
  const middle = logSumFrom[from]! / countFrom[from]!;
  let squares = 0;
  for (let i = from; i < value.length; i++) squares += count[i]! * (Math.log(value[i]!) - middle) ** 2;
  const t = support.logX.map((log) => log - middle);
  const u = t.map((each) => each * each);
  const start = [-law.alpha, 0];
  const { theta, logZ } = mostLikely(support, [t, u], [0, squares / countFrom[from]!], start);
  if (!(theta[1]! < 0)) return (x) => law.logMass(x);
  return (x) => {
    const log = Math.log(x) - middle;
    return theta[0]! * log + theta[1]! * log * log - logZ;
  };
}

/** ln P = -lambda x up to a constant, where lambda is not negative. */
function exponential({ value, count, countFrom }: Histogram, { law, from }: Fit): LogMass {
  const support = supportOf(law.xmin, law.xmax);
  let sum = 0;
  for (let i = from; i < value.length; i++) sum += count[i]! * (value[i]! - law.xmin);
  const mean = sum / countFrom[from]!;
  const t = support.x.map((x) => (x - law.xmin) / mean);
  const { theta, logZ } = mostLikely(support, [t], [1], [-1]);
  if (!(theta[0]! < 0)) return () => -Math.log(law.xmax - law.xmin + 1);
  return (x) => (theta[0]! * (x - law.xmin)) / mean - logZ;
}

function compare(
  { value, count, countFrom }: Histogram,
  { law, from }: Fit,
  other: LogMass,
): LikelihoodRatio {
  const n = countFrom[from]!;
  const difference = (x: number): number => law.logMass(x) - other(x);
  let [ratio, squares] = [0, 0];
  for (let i = from; i < value.length; i++) {
    const each = difference(value[i]!);
    ratio += count[i]! * each;
    squares += count[i]! * each * each;
  }
  const deviation = Math.sqrt(Math.max(0, squares / n - (ratio / n) ** 2));
  // The laws are equal, so the test finds no difference.
  const p = deviation < 1e-9 ? 1 : erfc(Math.abs(ratio) / (Math.sqrt(2 * n) * deviation));
  return { ratio, p };
}
