import { writeWhole } from "../common/write-file";
import { type HtmlOptions, htmlReport } from "./formats/html";
import { junitReport } from "./formats/junit";
import type { QualityReport } from "./report";

/** The formats in which a report can be written. */
export type ReportFormat = "json" | "html" | "junit";

const writers: Record<ReportFormat, (report: QualityReport, options: HtmlOptions) => string> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  html: htmlReport,
  junit: junitReport,
};

/**
 * Writes a report to a file.
 *
 * @default format json
 * @throws ExpectedError when the file cannot be written
 */
export function writeReport(
  path: string,
  report: QualityReport,
  format: ReportFormat = "json",
  options: HtmlOptions = {},
): void {
  writeWhole(path, writers[format](report, options));
}
