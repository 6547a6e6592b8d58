import { round } from "../../common/format";
import { conversationSizes } from "../sizes";
import { FEWEST_VALUES, fitPowerLaw, objection, type TailFit } from "../../statistics/fit";
import { histogramOfCounts, total, type Histogram } from "../../statistics/histogram";
import { gini, lorenz, thinned } from "../../statistics/inequality";
import type { Snapshot } from "../snapshot";
import type { PowerLawFit } from "./finding";
import { unknown, type Question } from "./question";

/** The most points of the chart of the tail. */
const CCDF_POINTS = 200;

const needs = ["messages.conversationId"];

async function histogramOf(snapshot: Snapshot): Promise<Histogram> {
  const { counts } = await conversationSizes(snapshot);
  return histogramOfCounts(counts.map(({ size, conversations }) => ({ value: size, count: conversations })));
}

/**
 * Good when p > 0.1 and neither a log-normal nor an exponential law fits better. Otherwise it is a problem for a generated
 * dataset, and a notice for other datasets, because real chats need not follow a power law. The checks decide whether the
 * tail is heavy enough for a measurement.
 */
export const powerLawFit: Question = {
  key: "power_law_fit",
  name: "Power law of conversation sizes",
  subject: "distribution",
  expected: "goodness of fit p > 0.1, and neither a log-normal nor an exponential law fits better",
  needs,
  async answer({ snapshot, context: { spec }, analysis }) {
    const sizes = await histogramOf(snapshot);
    analysis.ccdf = ccdf(sizes);
    const fit = fitPowerLaw(sizes, { whole: spec !== undefined });
    analysis.fit = fit && reported(fit, spec?.alpha ?? null);
    if (analysis.fit === null) {
      return unknown(
        `A fit needs ${FEWEST_VALUES} conversations with messages, of at least three sizes. There are ${total(sizes)}.`,
      );
    }
    const { alpha, xmin, xmax, p, ks, conversations } = analysis.fit;
    const reason = objection(analysis.fit);
    const law = `alpha ${round(alpha, 3)} on ${xmin} to ${xmax} messages, ${conversations} conversations`;
    return {
      outcome: reason === undefined ? "good" : spec ? "problem" : "notice",
      value: p,
      measured: `${law}: p ${round(p, 3)}, distance ${round(ks, 4)}${reason === undefined ? "" : `; ${reason}`}`,
    };
  },
};

/** The fit as the report has it. */
function reported(fit: TailFit, requestedAlpha: number | null): PowerLawFit {
  const { alpha, standardError, xmin, xmax, values, ks, p, against } = fit;
  return { alpha, standardError, requestedAlpha, xmin, xmax, conversations: values, ks, p, against };
}

/** The tolerance that the generator guarantees. */
const ALPHA_TOLERANCE = 0.02;

/**
 * Good within 0.02, which the generator guarantees from 400 conversations on. A notice within two standard errors, because
 * few conversations do not allow a better estimate. Otherwise a problem.
 */
export const recoveredAlpha: Question = {
  key: "recovered_alpha",
  name: "Requested and recovered alpha",
  subject: "distribution",
  expected: `within ${ALPHA_TOLERANCE} of the requested alpha`,
  needs,
  answer({ context: { spec }, analysis: { fit } }) {
    if (!spec) return Promise.resolve(unknown("The requested alpha is not known."));
    if (!fit) return Promise.resolve(unknown("No power law could be fitted."));
    const error = Math.abs(fit.alpha - spec.alpha);
    const outcome = error <= ALPHA_TOLERANCE ? "good" : error <= 2 * fit.standardError ? "notice" : "problem";
    const measured = `alpha ${spec.alpha} requested, ${round(fit.alpha, 3)} recovered (standard error ${round(fit.standardError, 3)})`;
    return Promise.resolve({ outcome, value: error, measured });
  },
};

/** The Gini coefficient of an exponential law, which is the distribution that chance alone would give. */
const LEAST_GINI = 0.5;

/** Good from 0.5 on. A notice below, because sizes are then more even than chance alone would make them. */
export const inequality: Question = {
  key: "inequality",
  name: "Inequality of conversations",
  subject: "distribution",
  expected: `Gini coefficient of at least ${LEAST_GINI}`,
  needs,
  async answer({ snapshot, analysis }) {
    const sizes = await histogramOf(snapshot);
    analysis.lorenz = lorenz(sizes);
    analysis.gini = gini(sizes);
    if (analysis.gini === null) return unknown("There are no messages.");
    return {
      outcome: analysis.gini >= LEAST_GINI ? "good" : "notice",
      value: analysis.gini,
      measured: `Gini coefficient ${round(analysis.gini, 3)}`,
    };
  },
};

/** The share of conversations with at least `size` messages. The points are evenly spaced on logarithmic axes. */
function ccdf(sizes: Histogram): { size: number; share: number }[] {
  const all = total(sizes);
  const points = Array.from(sizes.value, (size, i) => ({ size, share: sizes.countFrom[i]! / all }));
  const [least, greatest] = [points[0]?.size ?? 1, points.at(-1)?.size ?? 1];
  return thinned(points, CCDF_POINTS, ({ size }) => Math.log(size / least) / Math.log(greatest / least));
}
