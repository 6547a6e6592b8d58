import type { DatasetSpec } from "../../generator/spec";
import type { QualityGate } from "../../validation/gate";
import { keepReport, readHistory } from "../../validation/history/store";
import type { QualityReport } from "../../validation/report";
import { type ReportFormat, writeReport } from "../../validation/report-file";
import type { QualityThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import type { Log } from "../../common/progress";

export interface QualityReportInputs {
  stack: string;
  thresholds: QualityThresholds;
  gate: QualityGate;
  /** The description of the dataset. */
  dataset: DatasetSpec;
  /** The fingerprint of the current rows. Other rows need another report. */
  fingerprint: Record<string, string>;
  /** The fingerprint of the loaded rows. */
  loadedFingerprint: Record<string, string>;
  /** The URL of the owner of the tables. The owner can log in even when the application uses all of its sessions. */
  ownerUrl: string;
}

export interface QualityReportOutputs {
  report: QualityReport;
  /** The paths of the report files, relative to the project. */
  files: string[];
}

/** The format of each report file, by file extension. */
const formats: Record<string, ReportFormat> = { json: "json", html: "html", xml: "junit" };

/**
 * Checks all rows, and stores the report in the database and in files.
 *
 * @param folder the folder of the files, relative to the project
 */
export async function makeReport(
  inputs: QualityReportInputs,
  folder: string,
  log: Log,
): Promise<QualityReportOutputs> {
  const { ownerUrl, stack, thresholds } = inputs;
  const report = await validateDataset(ownerUrl, {
    thresholds,
    log,
    spec: inputs.dataset,
    fingerprint: inputs.loadedFingerprint,
    fingerprintNow: inputs.fingerprint,
  });
  await keepReport(ownerUrl, report);
  const history = (await readHistory(ownerUrl)).map((kept) => kept.report);
  const files = Object.entries(formats).map(([ending, format]) => {
    const file = `${folder}/quality-report-${stack}.${ending}`;
    writeReport(file, report, format, { title: `Dataset quality: ${stack}`, history });
    log(`✓ Report written to: ${file}`);
    return file;
  });
  return { report, files };
}
