import * as pulumi from "@pulumi/pulumi";
import type { DatasetSpec } from "../generator/spec";
import { gateFailures, type QualityGate } from "../validation/gate";
import type { QualityReport as Report } from "../validation/report";
import type { QualityThresholds } from "../validation/thresholds";
import { TaskResource } from "./task-resource";

/** The exit code by which a program tells Pulumi that it failed and that the errors it logged say why. */
const FAILED_AND_SAID_SO = 32;

export interface QualityReportArgs {
  stack: string;
  thresholds: QualityThresholds;
  /** Which failed checks fail the update. */
  gate: QualityGate;
  /** What the rows were made from: the report shows the forecast of their size. */
  dataset: DatasetSpec;
  /** The rows that the report is about, as the dataset's fingerprint; and as they were loaded. */
  fingerprint: pulumi.Input<Record<string, string>>;
  loadedFingerprint: pulumi.Input<Record<string, string>>;
}

/**
 * The quality report. It succeeds whatever the verdict, so that the report becomes a stack output;
 * the gate then fails the update by an error of the program, after the outputs are recorded.
 */
export class QualityReport extends TaskResource<"QualityReport"> {
  declare readonly report: pulumi.Output<Report>;
  declare readonly files: pulumi.Output<string[]>;

  constructor(name: string, args: QualityReportArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("QualityReport", name, { ...args }, ["report", "files"], opts, { asksStale: true });
    this.report.apply((report) => {
      const failures = gateFailures(report, args.gate);
      for (const failure of failures) {
        void (pulumi.runtime.isDryRun() ? pulumi.log.warn(failure, this) : pulumi.log.error(failure, this));
      }
      if (failures.length > 0 && !pulumi.runtime.isDryRun()) process.exitCode = FAILED_AND_SAID_SO;
    });
  }
}
