import { rmSync } from "node:fs";
import { removeIfEmpty } from "../../common/remove-if-empty";
import { gateFailures } from "../../validation/gate";
import { isOutdated } from "../../validation/history/store";
import type { Task } from "../task";
import type { QualityReportInputs, QualityReportOutputs } from "./make-report";

/** The folder of all stacks' reports, relative to the project. */
const FOLDER = "reports";

/**
 * Runs the eight quality checks on all rows and writes the report. A bad verdict is a result and not an error. The
 * quality gate is in `components/quality-report.ts`.
 */
export const qualityReport: Task<QualityReportInputs, QualityReportOutputs> = {
  create(inputs, log) {
    // It loads 300 modules, which a preview does not need.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
    const { makeReport } = require("./make-report") as typeof import("./make-report");
    return makeReport(inputs, FOLDER, log);
  },
  delete({ files }) {
    for (const file of files) rmSync(file, { force: true });
    removeIfEmpty(FOLDER);
    return Promise.resolve();
  },
  // Rows that the gate refused are checked again, because somebody may have corrected them. Rows that were loaded again
  // are checked too. A preview ignores a server that does not answer and a password that is not known yet.
  stale: async ({ report, gate, ownerUrl }) =>
    gateFailures(report, gate).length > 0 ||
    (ownerUrl !== "" && (await isOutdated(ownerUrl, report).catch(() => false))),
};
