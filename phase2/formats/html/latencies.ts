import * as Plot from "@observablehq/plot";
import { formatMilliseconds, formatPercent } from "../../../common/format";
import { figure, type Chart } from "../../../formats/html/chart";
import { html, type Markup } from "../../../formats/html/markup";
import type { Comparison, Latency, LatencyComparison } from "../../compare/comparison";
import { describeChange } from "../../compare/format";

/** The quantiles that the table below a chart lists. */
const TABLE = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98];

/** The section with the distribution of each query's latencies, before and after. */
export function latencies({ queries, writes }: Comparison): Markup {
  const charts = [
    ...queries.map((each) => chart(each, each.stratum)),
    chart({ ...writes, title: writes.title }, "inserts"),
  ];
  return html`<section aria-labelledby="latencies">
    <h2 id="latencies">Latencies</h2>
    <div class="grid">${charts.map(figure)}</div>
  </section>`;
}

interface Point {
  ms: number;
  share: number;
}

function chart(compared: LatencyComparison & { query: string; title: string }, stratum: string): Chart {
  const { query, before, after, ratio, target } = compared;
  const name = `${query}, ${stratum}`;
  const [old, now] = [pointsOf(before), pointsOf(after)];
  // The slowest 2 % are left out, because they would take most of the width.
  const [low, high] = range([...old, ...now].filter(({ share }) => share <= 0.98).map(({ ms }) => ms));
  const within = ({ ms }: { ms: number }): boolean => ms >= low && ms <= high;
  const seen = target !== undefined && within(target);
  return {
    id: `latency-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`,
    title: name,
    summary: `Median ${formatMilliseconds(before.median_ms)} ms before, ${formatMilliseconds(after.median_ms)} ms after: ${describeChange(ratio)}.${seen ? ` The dotted line is the target, ${target.ms} ms.` : ""}`,
    description:
      "Line chart: the share of executions that took at most a number of milliseconds, before and after, on a logarithmic axis.",
    legend: [
      { mark: "dashed", text: "before" },
      { mark: "line", text: "after" },
    ],
    plot: {
      x: {
        type: "log",
        label: "at most, milliseconds",
        domain: [low, high],
        ticks: ticks(low, high),
        tickFormat: formatMilliseconds,
      },
      y: {
        domain: [0, 1],
        label: "share of executions",
        tickFormat: (share: number) => formatPercent(share),
      },
      marks: [
        ...(seen ? [Plot.ruleX([target.ms], { stroke: "var(--warning)", strokeDasharray: "2 3" })] : []),
        Plot.line(old.filter(within), {
          x: "ms",
          y: "share",
          stroke: "var(--muted)",
          strokeWidth: 2,
          strokeDasharray: "5 3",
        }),
        Plot.line(now.filter(within), { x: "ms", y: "share", stroke: "var(--second)", strokeWidth: 2 }),
      ],
    },
    data: {
      caption: `Latencies of ${name}, milliseconds`,
      columns: ["Share of executions", "Before, at most", "After, at most"],
      rows: TABLE.map((share) => {
        const at = ({ quantiles_ms: all }: Latency): string =>
          formatMilliseconds(all[Math.round(share * (all.length - 1))]!);
        return [formatPercent(share, 0), at(before), at(after)];
      }),
    },
  };
}

function pointsOf({ quantiles_ms: all }: Latency): Point[] {
  return all.map((ms, i) => ({ ms, share: i / (all.length - 1) }));
}

/** The range of the axis. It is never narrower than from 1/1.5 to 1.5 times the middle, so that nearly equal latencies look equal. */
function range(values: readonly number[]): [number, number] {
  const [low, high] = [Math.max(1e-4, Math.min(...values)), Math.max(2e-4, ...values)];
  const middle = Math.sqrt(low * high);
  return [Math.min(low, middle / 1.5), Math.max(high, middle * 1.5)];
}

/** The ticks of the axis: multiples of each power of ten, at most six of them. */
function ticks(low: number, high: number): number[] {
  const powers = Array.from({ length: 16 }, (_, i) => 10 ** (i - 6));
  const within = (steps: number[]): number[] =>
    powers
      .flatMap((power) => steps.map((step) => Number((step * power).toPrecision(2))))
      .filter((tick) => tick >= low && tick <= high);
  return (
    [[1, 1.5, 2, 3, 4, 5, 7], [1, 2, 5], [1]].map(within).find((found) => found.length <= 6) ?? [low, high]
  );
}
