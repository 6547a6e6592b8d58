import type { PowerLawFit } from "../findings/finding";
import { goodnessOfFit } from "./goodness-of-fit";
import { total, type Histogram } from "./histogram";
import { againstOthers } from "./likelihood-ratio";
import { fitFrom, fitTail } from "./power-law";

/** Fewer values say too little about a tail (Clauset, Shalizi, Newman 2009, section 3.4). */
export const FEWEST_VALUES = 100;

/**
 * A bounded discrete power law fitted to conversation sizes. Takes a second, however many conversations there are.
 *
 * @param whole whether all sizes are meant to follow the law; otherwise the law's least size is chosen
 * @param requestedAlpha what a generator was asked for
 * @returns null for fewer than 100 sizes, or fewer than three that differ
 */
export function fitPowerLaw(
  sizes: Histogram,
  { whole, requestedAlpha = null }: { whole: boolean; requestedAlpha?: number | null },
): PowerLawFit | null {
  if (total(sizes) < FEWEST_VALUES || sizes.value.length < 3) return null;
  const again = whole ? fitFrom : fitTail;
  const fit = again(sizes);
  return {
    alpha: fit.law.alpha,
    standardError: fit.standardError,
    requestedAlpha,
    xmin: fit.law.xmin,
    xmax: fit.law.xmax,
    conversations: fit.count,
    ks: fit.ks,
    p: goodnessOfFit(sizes, fit, again),
    against: againstOthers(sizes, fit),
  };
}

/** The level of both tests, the authors' own (sections 4.1 and 5.1). */
const LEVEL = 0.1;

/** Why the sizes follow no power law, or undefined when they may. */
export function objection({ p, against }: Pick<PowerLawFit, "p" | "against">): string | undefined {
  for (const [name, other] of [
    ["a log-normal", against.lognormal],
    ["an exponential", against.exponential],
  ] as const) {
    if (other.ratio < 0 && other.p <= LEVEL) return `${name} law fits better`;
  }
  return p <= LEVEL ? "samples of the law seldom lie so far from it" : undefined;
}
