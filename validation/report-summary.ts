import type { QualityReport } from "./report";

/** The figures and verdicts of a report. The SQL, the findings and the figures of charts are in its files only. */
export type ReportSummary = Omit<QualityReport, "checks" | "findings" | "analysis" | "dataset_size"> & {
  dataset_size?: Pick<NonNullable<QualityReport["dataset_size"]>, "total">;
};

/** Shortens a report to what a stack output can show. */
export function summaryOf(report: QualityReport): ReportSummary {
  return {
    validation_timestamp: report.validation_timestamp,
    dataset_summary: report.dataset_summary,
    ...(report.dataset_spec && { dataset_spec: report.dataset_spec }),
    ...(report.dataset_size && { dataset_size: { total: report.dataset_size.total } }),
    distribution_analysis: report.distribution_analysis,
    type_distributions: report.type_distributions,
    temporal_analysis: report.temporal_analysis,
    integrity_checks: report.integrity_checks,
    overall_assessment: report.overall_assessment,
    recommendations: report.recommendations,
  };
}
