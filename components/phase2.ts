import type * as pulumi from "@pulumi/pulumi";
import { sourcesDigest } from "../phase2/digest";
import { gateFailures, type QualityGate } from "../validation/gate";
import type { QualityReport } from "./quality-report";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface Phase2Args {
  stack: string;
  server: Server;
  /** `capture` measures. `apply` measures, builds the indexes, measures again, and compares. */
  mode: "capture" | "apply";
  /** The quality report. The rows are not measured when a check of the gate failed. */
  quality: QualityReport;
  gate: QualityGate;
  /** The fingerprint of the rows that are measured. */
  fingerprint: pulumi.Input<Record<string, string>>;
}

/** The phase-2 indexes, measured on the stack's rows when the quality gate has passed. */
export class Phase2 extends TaskResource<"Phase2"> {
  /**
   * GO, NO-GO or INCONCLUSIVE. It is CAPTURED when nothing was compared, and NOT MEASURED when the quality gate has
   * failed.
   */
  declare readonly verdict: pulumi.Output<string>;
  declare readonly files: pulumi.Output<string[]>;

  constructor(
    name: string,
    { stack, server, mode, quality, gate, fingerprint }: Phase2Args,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const gateOpen = quality.report.apply((report) => gateFailures(report, gate).length === 0);
    const { machine } = server;
    super(
      "Phase2",
      name,
      { stack, machine, mode, gateOpen, fingerprint, sources: sourcesDigest() },
      ["verdict", "files"],
      opts,
      { actsAsOwner: true },
    );
  }
}
