import { formatCount, formatPercent } from "../../common/format";
import type { QualityReport } from "../report";
import type { Difference } from "./compare";
import type { KeptReport } from "./store";

/** The history as a table with one line for each report. */
export function historyLines(history: readonly KeptReport[]): string[] {
  if (history.length === 0) return ["No report has been kept yet."];
  return table([
    ["#", "validated at", "verdict", "passed", "messages", "top 1 %", "p99/p50", "seconds"],
    ...history.map(({ number, report }) => [String(number), ...summary(report)]),
  ]);
}

function summary(report: QualityReport): string[] {
  const { overall_assessment: overall, distribution_analysis: distribution, checks } = report;
  return [
    report.validation_timestamp.slice(0, 16).replace("T", " "),
    overall.verdict,
    `${overall.passed_tests}/${overall.total_tests}`,
    formatCount(report.dataset_summary.messages),
    formatPercent(distribution.heavy_rooms.top_1_percent_message_share),
    distribution.power_law_tail.tail_ratio_p99_p50.toFixed(1),
    checks.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1),
  ];
}

/** The lines that show the differences between two reports. */
export function differenceLines(differences: readonly Difference[]): string[] {
  if (differences.length === 0) return ["Both reports say the same."];
  return differences.flatMap(({ what, before, after }) => [
    what,
    `  before  ${before}`,
    `  after   ${after}`,
  ]);
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
