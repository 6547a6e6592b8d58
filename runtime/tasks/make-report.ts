import { keepReport, readHistory } from "../../validation/history/store";
import { type ReportFormat, writeReport } from "../../validation/report-file";
import { validateDataset } from "../../validation/validate";
import type { Log } from "../../common/progress";
import type { QualityReportInputs, QualityReportOutputs } from "./quality-report";

/** What each report is written as, by the ending of its file's name. */
const formats: Record<string, ReportFormat> = { json: "json", html: "html", xml: "junit" };

/**
 * Checks all rows, and keeps the report in the database and as files.
 *
 * @param folder of the files, relative to the project
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
