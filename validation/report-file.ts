import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ExpectedError } from "../runtime/errors";
import { type HtmlOptions, htmlReport } from "./faces/html";
import { junitReport } from "./faces/junit";
import type { QualityReport } from "./report";

/** What a report can be written as. */
export type Face = "json" | "html" | "junit";

const faces: Record<Face, (report: QualityReport, options: HtmlOptions) => string> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  html: htmlReport,
  junit: junitReport,
};

/**
 * Writes a report as JSON, HTML or JUnit XML. Whoever reads the file meanwhile sees the whole old report or the whole
 * new one.
 *
 * @throws ExpectedError when the file cannot be written
 */
export function writeReport(
  path: string,
  report: QualityReport,
  face: Face = "json",
  options: HtmlOptions = {},
): void {
  const text = faces[face](report, options);
  try {
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, text);
  } catch (error) {
    throw new ExpectedError(
      `Cannot write the report to ${path}: ${(error as Error).message}.`,
      "Choose a folder that you may write to.",
    );
  }
}

function replaceFile(path: string, text: string): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
