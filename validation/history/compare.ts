import { formatCount } from "../../common/format";
import type { QualityReport } from "../report";

/** A figure that differs between two reports. */
export interface Difference {
  what: string;
  before: string;
  after: string;
}

/** Compares the verdicts, the figures of the checks and the sizes of two reports. Times are not compared. */
export function compareReports(before: QualityReport, after: QualityReport): Difference[] {
  const [old, now] = [figures(before), figures(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((what) => {
    const [was, is] = [old.get(what) ?? "–", now.get(what) ?? "–"];
    return was === is ? [] : [{ what, before: was, after: is }];
  });
}

/** The figures of a report, by name. */
function figures(report: QualityReport): Map<string, string> {
  const { overall_assessment: overall, dataset_summary: summary, checks, findings = [] } = report;
  return new Map([
    ["verdict", overall.verdict],
    ["tests passed", `${overall.passed_tests}/${overall.total_tests}`],
    ["ready for phase 2", overall.ready_for_phase2 ? "yes" : "no"],
    ...Object.entries(summary).map(([table, rows]) => [table, formatCount(rows)] as const),
    ...checks.map(({ name, verdict, measured }) => [name, `${verdict}: ${measured}`] as const),
    ...findings.map(({ name, outcome, measured }) => [name, `${outcome}: ${measured}`] as const),
  ]);
}
