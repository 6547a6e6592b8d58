import type * as pulumi from "@pulumi/pulumi";
import { sourcesDigest } from "../phase2/digest";
import { gateFailures, type QualityGate } from "../validation/gate";
import type { QualityReport } from "./quality-report";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface Phase2Args {
  stack: string;
  server: Server;
  /** `capture`: measure; `apply`: measure, build the indexes, measure, compare. */
  mode: "capture" | "apply";
  /** The report on the rows, and which failed checks keep them from being measured. */
  quality: QualityReport;
  gate: QualityGate;
  /** The rows that are measured on, as the dataset's fingerprint. */
  fingerprint: pulumi.Input<Record<string, string>>;
}

/** The indexes of phase 2, measured on the stack's own rows, once the quality gate has opened. */
export class Phase2 extends TaskResource<"Phase2"> {
  /** GO, NO-GO or INCONCLUSIVE; CAPTURED without a comparison, NOT MEASURED where the gate is shut. */
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
