import * as Plot from "@observablehq/plot";
import type { PowerLawFit } from "../../../findings/finding";
import type { QualityReport } from "../../../report";
import { formatCompact, formatCount, formatPercent } from "../../../../common/format";
import type { Chart } from "../../../../formats/html/chart";

/** The points of the fitted line, which make a smooth curve on 300 pixels. */
const POINTS = 60;

/** A fit with a p-value up to this is rejected (Clauset, Shalizi, Newman 2009, section 4.1). */
const PLAUSIBLE = 0.1;

/** The chart of the share of conversations of at least some size. On two logarithmic axes, a power law is a straight line. */
export function ccdf({ analysis }: QualityReport): Chart | undefined {
  if (analysis === undefined || analysis.ccdf.length === 0) return undefined;
  const { fit } = analysis;
  const { size: largest, share: least } = analysis.ccdf.at(-1)!;
  const above = analysis.ccdf.find(({ size }) => fit !== null && size >= fit.xmin)?.share;
  const line = fit && above ? fittedCcdf(fit, above).filter((point) => point.share >= least) : [];
  return {
    id: "tail",
    title: "Tail of the sizes",
    summary: fit
      ? `${fitted(fit)} Kolmogorov-Smirnov distance ${fit.ks.toFixed(3)}, p = ${fit.p.toFixed(2)}.`
      : "No power law could be fitted.",
    description: `Log-log chart: the share of conversations with at least a number of messages, as dots${fit ? ", and the fitted power law as a line" : ""}.`,
    legend: [
      { mark: "dot", text: "conversations" },
      ...(fit ? [{ mark: "line" as const, text: `power law, α = ${fit.alpha.toFixed(2)}` }] : []),
    ],
    plot: {
      marginLeft: 46,
      x: {
        type: "log",
        label: "messages, at least",
        ticks: decades(1, largest),
        tickFormat: formatCompact,
      },
      y: {
        type: "log",
        label: "share of conversations",
        ticks: decades(least, 1),
        tickFormat: (part: number) => formatPercent(part),
      },
      marks: [
        Plot.line(line, { x: "size", y: "share", stroke: "var(--second)", strokeWidth: 2 }),
        Plot.dot(analysis.ccdf, { x: "size", y: "share", r: 1.8, fill: "var(--series)" }),
      ],
    },
    data: {
      caption: "Share of conversations by least size",
      columns: ["Messages, at least", "Share of conversations"],
      rows: analysis.ccdf.map(({ size, share: part }) => [formatCount(size), formatPercent(part)]),
    },
  };
}

function fitted({ alpha, standardError, requestedAlpha, xmin, xmax, p }: PowerLawFit): string {
  const asked = requestedAlpha === null ? "" : ` (asked for: ${requestedAlpha.toFixed(2)})`;
  return `A power law of α = ${alpha.toFixed(2)} ± ${(2 * standardError).toFixed(2)}${asked} ${p > PLAUSIBLE ? "fits" : "does not fit"} sizes from ${formatCount(xmin)} to ${formatCount(xmax)}.`;
}

/**
 * The curve of the fit, scaled to the share of conversations that were fitted. Sums of x^-alpha over whole numbers are
 * approximated by integrals from half a step before the first number to half a step after the last.
 */
export function fittedCcdf(
  { alpha, xmin, xmax }: Pick<PowerLawFit, "alpha" | "xmin" | "xmax">,
  above: number,
): { size: number; share: number }[] {
  const primitive = (x: number): number => (alpha === 1 ? Math.log(x) : x ** (1 - alpha) / (1 - alpha));
  const tail = (x: number): number => primitive(xmax + 0.5) - primitive(x - 0.5);
  return Array.from({ length: POINTS + 1 }, (_, point) => {
    const size = xmin * (xmax / xmin) ** (point / POINTS);
    return { size, share: (above * tail(size)) / tail(xmin) };
  });
}

/** The powers of ten from `from` to `to`. */
function decades(from: number, to: number): number[] {
  const first = Math.ceil(Math.log10(from));
  return Array.from({ length: Math.floor(Math.log10(to)) - first + 1 }, (_, step) => 10 ** (first + step));
}
