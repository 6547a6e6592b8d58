import { formatCount, formatInstant, formatNumber, formatPercent } from "../../common/format";
import type { QualityReport } from "../report";
import type { Difference } from "./compare";
import type { KeptReport } from "./store";

/** The most characters of a seed in the history. */
const LONGEST_SEED = 12;

/** The history as a table with one line for each report. */
export function historyLines(history: readonly KeptReport[]): string[] {
  if (history.length === 0) return ["No report has been kept yet."];
  return table([
    ["#", "validated at", "verdict", "messages", "top 1 %", "alpha", "seed"],
    ...history.map(({ number, report }) => [String(number), ...summary(report)]),
  ]);
}

function summary(report: QualityReport): string[] {
  const { overall_assessment: overall, distribution_analysis: distribution, dataset_spec: spec } = report;
  return [
    report.validation_timestamp.slice(0, 16).replace("T", " "),
    `${overall.verdict} ${overall.passed_tests}/${overall.total_tests}`,
    formatCount(report.dataset_summary.messages),
    formatPercent(distribution.heavy_rooms.top_1_percent_message_share),
    spec === undefined ? "–" : formatNumber(spec.alpha),
    spec === undefined ? "–" : shortened(spec.seed),
  ];
}

/** Cuts a seed, so that a line of the history fits 80 columns. */
function shortened(seed: string): string {
  return seed.length > LONGEST_SEED ? `${seed.slice(0, LONGEST_SEED - 1)}…` : seed;
}

/** What a report is called in a comparison: how it was named, its time and its verdict. */
export function titleOf(
  name: string,
  { validation_timestamp: time, overall_assessment: overall }: QualityReport,
): string {
  const whose = /^\d+$/.test(name) ? `report ${name}` : name;
  return `${whose} of ${formatInstant(time)}: ${overall.verdict} ${overall.passed_tests}/${overall.total_tests}`;
}

/**
 * The lines that show the differences between two reports.
 *
 * @param titles what the two reports are called
 */
export function differenceLines(
  differences: readonly Difference[],
  titles: readonly [string, string],
): string[] {
  const heading = [`before  ${titles[0]}`, `after   ${titles[1]}`, ""];
  if (differences.length === 0) return [...heading, "Both reports say the same."];
  return [
    ...heading,
    ...differences.flatMap(({ what, before, after }) => [what, `  before  ${before}`, `  after   ${after}`]),
  ];
}

/** Pads each column to its widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}
