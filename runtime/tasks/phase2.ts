import { rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { removeIfEmpty } from "../../common/remove-if-empty";
import { withClient } from "../../postgres/connection";
import { isOwnAndRuns, type Machine } from "../../postgres/machine";
import type { Capture } from "../../phase2/capture";
import { compareCaptures, type Comparison } from "../../phase2/compare";
import { revertIndexes } from "../../phase2/indexes/build";
import { indexesAsTheyAre } from "../../phase2/indexes/definitions";
import { writeCapture } from "../../phase2/measure/capture-file";
import { takeCapture } from "../../phase2/measure/take-capture";
import { measureAndApply, ownMachine, type Precision } from "../../phase2/release";
import { comparisonLines, writeComparison } from "../../phase2/report-file";
import { DEFAULT_SEED } from "../../phase2/digest";
import type { Log } from "../../common/progress";
import type { Task } from "../task";
import { isOwnersOwn } from "./owner-url";

export interface Phase2Inputs {
  /** The URL of the owner of the tables. */
  ownerUrl: string;
  machine: Machine;
  stack: string;
  /** `capture` measures the database as it is. `apply` measures, builds the indexes, measures again, and compares. */
  mode: "capture" | "apply";
  /** Whether the quality gate has passed. */
  gateOpen: boolean;
  /** The fingerprint of the dataset. Other rows, queries or indexes are measured again. */
  fingerprint: Record<string, string>;
  sources: string;
}

export interface Phase2Outputs {
  /** `CAPTURED` means that nothing was compared, and `NOT MEASURED` that the quality gate has failed. */
  verdict: Comparison["verdict"] | "CAPTURED" | "NOT MEASURED";
  /** The paths of the files, relative to the project. */
  files: string[];
}

/** The folder of all stacks' reports, relative to the project. */
const FOLDER = "reports";

/** Measures the effect of the phase-2 indexes on the stack's database. The indexes exist while the mode is `apply`. */
export const phase2 = phase2Task();

/**
 * @param precision how exactly to measure
 * @default precision the usual blocks
 */
export function phase2Task(precision: Precision = {}): Task<Phase2Inputs, Phase2Outputs> {
  const measure = (inputs: Phase2Inputs, log: Log): Promise<Phase2Outputs> =>
    measureOnce(inputs, precision, log);
  return {
    create: measure,
    async update(inputs, state, log) {
      const measured = ({ mode, stack, gateOpen, fingerprint, sources }: Phase2Inputs) => {
        return { mode, stack, gateOpen, fingerprint, sources };
      };
      if (isDeepStrictEqual(measured(inputs), measured(state))) return outputsOf(state);
      await undo({ ...state, ownerUrl: inputs.ownerUrl, machine: inputs.machine }, log);
      return measure(inputs, log);
    },
    async delete(state, log) {
      await undo(state, log);
      removeIfEmpty(FOLDER);
    },
  };
}

/** Drops the indexes that `apply` built, and deletes the files. */
async function undo(
  { ownerUrl, machine, stack, mode, files }: Phase2Inputs & Phase2Outputs,
  log: Log,
): Promise<void> {
  // The URL may be that of the project from which this one was copied, or of a server that is gone.
  if (mode === "apply" && isOwnersOwn(ownerUrl) && (await isOwnAndRuns(machine, stack))) {
    await revertIndexes(ownerUrl, log);
  }
  for (const file of files) rmSync(file, { force: true });
}

function outputsOf({ verdict, files }: Phase2Outputs): Phase2Outputs {
  return { verdict, files };
}

async function measureOnce(inputs: Phase2Inputs, precision: Precision, log: Log): Promise<Phase2Outputs> {
  if (!inputs.gateOpen) {
    log("Phase 2 is not measured, because the quality gate has failed.");
    return { verdict: "NOT MEASURED", files: [] };
  }
  return inputs.mode === "apply" ? apply(inputs, precision, log) : capture(inputs, precision, log);
}

/** Measures with the indexes if they exist, and without them otherwise. */
async function capture(inputs: Phase2Inputs, precision: Precision, log: Log): Promise<Phase2Outputs> {
  const { valid } = await withClient(inputs.ownerUrl, (client) => indexesAsTheyAre(client));
  const kind = valid.length > 0 ? "post-optimization" : "pre-optimization";
  const machine = ownMachine(inputs.machine);
  log(`Measuring the hot queries, ${kind}...`);
  const options = { kind, seed: DEFAULT_SEED, ...precision, ...(machine && { machine }), log } as const;
  return { verdict: "CAPTURED", files: [written(await takeCapture(inputs.ownerUrl, options), inputs.stack)] };
}

async function apply(inputs: Phase2Inputs, precision: Precision, log: Log): Promise<Phase2Outputs> {
  const { ownerUrl, machine, stack } = inputs;
  const { before, after } = await measureAndApply(ownerUrl, { machine, seed: DEFAULT_SEED, precision, log });
  const captures = [before, after].map((capture) => written(capture, stack));
  const comparison = compareCaptures(before, after);
  for (const line of comparisonLines(comparison, false)) log(line);
  const files = (["json", "html"] as const).map((format) => {
    const file = `${FOLDER}/phase2-${stack}.${format}`;
    writeComparison(file, comparison, format);
    log(`✓ Comparison written to: ${file}`);
    return file;
  });
  return { verdict: comparison.verdict, files: [...files, ...captures] };
}

/** Writes a capture to its file. Returns the file. */
function written(capture: Capture, stack: string): string {
  const file = `${FOLDER}/phase2-${stack}-${capture.kind.replace("-optimization", "")}.json`;
  writeCapture(file, capture);
  return file;
}
