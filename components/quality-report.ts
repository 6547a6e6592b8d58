import * as pulumi from "@pulumi/pulumi";
import type { DatasetSpec } from "../generator/spec";
import { gateFailures, type QualityGate } from "../validation/gate";
import type { QualityReport as Report } from "../validation/report";
import type { QualityThresholds } from "../validation/thresholds";
import { TaskResource } from "./task-resource";

/** The exit code of a Pulumi program that failed and has already logged its errors. */
const FAILED_AND_SAID_SO = 32;

export interface QualityReportArgs {
  stack: string;
  thresholds: QualityThresholds;
  /** Which failed checks fail the update. */
  gate: QualityGate;
  /** The description of the dataset. The report compares its forecast size with the real size. */
  dataset: DatasetSpec;
  /** The fingerprints of the rows, now and when they were loaded. */
  fingerprint: pulumi.Input<Record<string, string>>;
  loadedFingerprint: pulumi.Input<Record<string, string>>;
}

/**
 * The quality report. The resource is created whatever the verdict is, so that the report becomes a stack output.
 * Afterwards, a failed quality gate fails the update.
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
