import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ExpectedError } from "../../common/errors";
import type { DatasetSpec } from "../../generator/spec";
import type { BenchDatabase } from "../server/server";
import type { LoadJob, LoadOutcome } from "./load-process";
import { watchMemory, type PeakMemory } from "./resident-memory";

/** The result of one load by the generator. */
export interface OwnLoad {
  messages: number;
  workers: number;
  /** The requested number. Absent when the generator chose it. */
  shards?: number;
  rows: number;
  /** The bytes that were sent by COPY BINARY. */
  bytes: number;
  /** The seconds of each phase, in order. `start` is all other time: connections, plans, start of workers. */
  seconds: Record<string, number>;
  /** The seconds of the fingerprint, which comes last. */
  fingerprintSeconds: number;
  fingerprint: string;
  /** The memory of all processes of the load together. */
  memory?: PeakMemory;
}

/**
 * Loads a dataset into an empty database, in its own processes.
 *
 * @param watched whether to measure the memory too, which takes 1 % of two processors
 */
export async function ownLoad(
  { spec, signal }: { spec: DatasetSpec; signal: AbortSignal },
  { ownerUrl }: BenchDatabase,
  messages: number,
  options: LoadJob["options"] = {},
  watched = false,
): Promise<OwnLoad> {
  const program = join(__dirname, "load-process.ts");
  const child = spawn(process.execPath, ["--require", "./runtime/preload.cjs", program], {
    signal,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const stopWatching = watched ? watchMemory(child.pid!) : () => undefined;
  try {
    child.send({ ownerUrl, spec: { ...spec, messages }, options } satisfies LoadJob);
    const [outcome] = (await Promise.race([once(child, "message"), ended(child)])) as [LoadOutcome];
    if ("error" in outcome) throw new ExpectedError(outcome.error);
    const { state, wallSeconds } = outcome;
    const memory = stopWatching();
    const { fingerprint = 0, ...seconds } = state.load!.seconds;
    const counted = Object.values(seconds).reduce((sum, each) => sum + each, fingerprint);
    return {
      messages,
      workers: state.load!.workers,
      ...(options.shards !== undefined && { shards: options.shards }),
      rows: Object.values(state.counts).reduce((sum, each) => sum + each, 0),
      bytes: state.load!.bytes,
      seconds: { start: wallSeconds - counted, ...seconds },
      fingerprintSeconds: fingerprint,
      fingerprint: state.combinedFingerprint,
      ...(memory && { memory }),
    };
  } finally {
    stopWatching();
  }
}

async function ended(child: ReturnType<typeof spawn>): Promise<never> {
  const [code, killedBy] = (await once(child, "close")) as [number | null, string | null];
  throw new ExpectedError(`The load's process ended early (${killedBy ?? `exit code ${String(code)}`}).`);
}
