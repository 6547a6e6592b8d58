import { writeWhole } from "../common/write-file";
import { type HtmlOptions, htmlReport } from "./formats/html";
import { junitReport } from "./formats/junit";
import type { QualityReport } from "./report";

/** What a report can be written as. */
export type Face = "json" | "html" | "junit";

const faces: Record<Face, (report: QualityReport, options: HtmlOptions) => string> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  html: htmlReport,
  junit: junitReport,
};

/**
 * Writes a report as JSON, HTML or JUnit XML.
 *
 * @throws ExpectedError when the file cannot be written
 */
export function writeReport(
  path: string,
  report: QualityReport,
  face: Face = "json",
  options: HtmlOptions = {},
): void {
  writeWhole(path, faces[face](report, options));
}
