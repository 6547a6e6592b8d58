import * as Plot from "@observablehq/plot";
import type { Verdict } from "../../../report";
import { formatInstant, formatSeconds } from "../../../../common/format";
import type { Chart } from "../../../../formats/html/chart";

/** The figures of a report that the trend shows. */
export interface Point {
  timestamp: string;
  date: Date;
  verdict: Verdict;
  passed: number;
  /** The fitted exponent of conversation sizes, or null when none was fitted. */
  alpha: number | null;
  /** The time of the checks, seconds. */
  seconds: number;
}

/** The chart of passed checks by report, marked by verdict. */
export function passed(points: readonly Point[]): Chart {
  const last = points.at(-1)!;
  const shapes = { PASS: "circle", WARNING: "triangle", FAIL: "times" } as const;
  return {
    id: "trend-passed",
    title: "Checks passed",
    summary: `${last.passed} in the latest report, ${points[0]!.passed} in the earliest of ${points.length}.`,
    description: "Chart: checks passed in each report, marked by its verdict.",
    legend: [
      { mark: "pass", text: "PASS" },
      { mark: "warning", text: "WARNING" },
      { mark: "fail", text: "FAIL" },
    ],
    plot: {
      ...frame,
      y: { domain: [0, 8], label: null },
      marks: [
        Plot.line(points, { x: "date", y: "passed", stroke: "var(--muted)" }),
        ...(["PASS", "WARNING", "FAIL"] as const).map((verdict) =>
          Plot.dot(
            points.filter((each) => each.verdict === verdict),
            {
              x: "date",
              y: "passed",
              r: 4,
              symbol: shapes[verdict],
              strokeWidth: 2,
              ...(verdict === "FAIL"
                ? { stroke: "var(--fail)" }
                : { fill: `var(--${verdict.toLowerCase()})` }),
            },
          ),
        ),
      ],
    },
    data: {
      caption: "Checks passed by report",
      columns: ["Report", "Passed", "Verdict"],
      rows: points.map((each) => [formatInstant(each.timestamp), each.passed, each.verdict]),
    },
  };
}

/** The chart of the fitted exponent by report, or undefined with fewer than two exponents. */
export function alpha(points: readonly Point[]): Chart | undefined {
  const fitted = points.flatMap((point) =>
    point.alpha === null ? [] : [{ date: point.date, alpha: point.alpha }],
  );
  if (fitted.length < 2) return undefined;
  const values = fitted.map((point) => point.alpha);
  return {
    id: "trend-alpha",
    title: "Fitted alpha",
    summary: `Between ${Math.min(...values).toFixed(2)} and ${Math.max(...values).toFixed(2)}; a lower one means heavier rooms.`,
    description: "Line chart: the fitted exponent of conversation sizes in each report.",
    plot: {
      ...frame,
      y: { nice: true, label: null },
      marks: lineWithDots(fitted, "alpha"),
    },
    data: {
      caption: "Fitted alpha by report",
      columns: ["Report", "Alpha"],
      rows: fitted.map((point) => [formatInstant(point.date.toISOString()), point.alpha.toFixed(3)]),
    },
  };
}

/** The chart of the time of the checks by report. */
export function time(points: readonly Point[]): Chart {
  return {
    id: "trend-time",
    title: "Time of the checks",
    summary: `${formatSeconds(points.at(-1)!.seconds)} in the latest report.`,
    description: "Line chart: seconds that the statements of the checks took in each report.",
    plot: {
      ...frame,
      y: {
        zero: true,
        nice: true,
        label: null,
        tickFormat: (seconds: number) => `${seconds} s`,
      },
      marks: lineWithDots(points, "seconds"),
    },
    data: {
      caption: "Time of the checks by report",
      columns: ["Report", "Time"],
      rows: points.map((point) => [formatInstant(point.timestamp), formatSeconds(point.seconds)]),
    },
  };
}

const frame = {
  height: 180,
  marginTop: 12,
  marginRight: 24,
  marginBottom: 34,
  x: { type: "utc", ticks: 4, label: null },
} satisfies Plot.PlotOptions;

function lineWithDots(points: readonly { date: Date }[], y: string): Plot.Markish[] {
  return [
    Plot.line(points, { x: "date", y, stroke: "var(--series)", strokeWidth: 1.5 }),
    Plot.dot(points, { x: "date", y, r: 3, fill: "var(--series)" }),
  ];
}
