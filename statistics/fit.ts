import { goodnessOfFit } from "./goodness-of-fit";
import { total, type Histogram } from "./histogram";
import { againstOthers, type LikelihoodRatios } from "./likelihood-ratio";
import { fitFrom, fitTail } from "./power-law";

/** With fewer values, a fit says too little about a tail (Clauset, Shalizi, Newman 2009, section 3.4). */
export const FEWEST_VALUES = 100;

/** A discrete power law P(x) ~ x^-alpha on [xmin, xmax], and how well it fits. */
export interface TailFit {
  alpha: number;
  /** The standard error of alpha. */
  standardError: number;
  xmin: number;
  xmax: number;
  /** The number of values that are at least xmin. */
  values: number;
  /** Kolmogorov-Smirnov distance between the values and the law. */
  ks: number;
  /** The p-value of the goodness of fit. */
  p: number;
  /** The power law compared with other laws. */
  against: LikelihoodRatios;
}

/**
 * Fits a bounded discrete power law. This takes about a second, however many values there are.
 *
 * @param whole whether all values should follow the law; otherwise xmin is chosen
 * @returns null for fewer than 100 values, or fewer than three distinct ones
 */
export function fitPowerLaw(values: Histogram, { whole }: { whole: boolean }): TailFit | null {
  if (total(values) < FEWEST_VALUES || values.value.length < 3) return null;
  const refit = whole ? fitFrom : fitTail;
  const fit = refit(values);
  return {
    alpha: fit.law.alpha,
    standardError: fit.standardError,
    xmin: fit.law.xmin,
    xmax: fit.law.xmax,
    values: fit.count,
    ks: fit.ks,
    p: goodnessOfFit(values, fit, refit),
    against: againstOthers(values, fit),
  };
}

/** The significance level of both tests, as the authors recommend it (sections 4.1 and 5.1). */
const LEVEL = 0.1;

/** Says why the values do not follow a power law, or returns undefined when they may follow it. */
export function objection({ p, against }: Pick<TailFit, "p" | "against">): string | undefined {
  for (const [name, other] of [
    ["a log-normal", against.lognormal],
    ["an exponential", against.exponential],
  ] as const) {
    if (other.ratio < 0 && other.p <= LEVEL) return `${name} law fits better`;
  }
  return p <= LEVEL ? "samples drawn from the law are rarely so far from it" : undefined;
}
