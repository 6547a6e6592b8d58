import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { gateFailures } from "../../validation/gate";
import { isOutdated } from "../../validation/history/store";
import type { Task } from "../task";
import type { QualityReportInputs, QualityReportOutputs } from "./make-report";

/** Folder of the reports of all stacks, relative to the project. */
const FOLDER = "reports";

/** The eight quality checks over all rows, as a report. A poor verdict is a result, not an error: the gate is elsewhere. */
export const qualityReport: Task<QualityReportInputs, QualityReportOutputs> = {
  create(inputs, log) {
    // A preview asks `stale` only, and does without the 300 modules that make a report.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is called, as an `import` never is
    const { makeReport } = require("./make-report") as typeof import("./make-report");
    return makeReport(inputs, FOLDER, log);
  },
  delete({ files }) {
    for (const file of files) rmSync(file, { force: true });
    if (existsSync(FOLDER) && readdirSync(FOLDER).length === 0) rmdirSync(FOLDER);
    return Promise.resolve();
  },
  // What the gate stopped is looked at again, because somebody may have mended the rows; so are rows that were loaded
  // anew. A preview does without a server that does not answer, and without a password that only the update will know.
  stale: async ({ report, gate, ownerUrl }) =>
    gateFailures(report, gate).length > 0 ||
    (ownerUrl !== "" && (await isOutdated(ownerUrl, report).catch(() => false))),
};
