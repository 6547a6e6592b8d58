import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ExpectedError } from "../../runtime/errors";
import type { Bench } from "../peers/peer";
import type { BenchDatabase } from "../server/server";
import type { LoadJob, LoadOutcome } from "./load-process";
import { watchMemory, type PeakMemory } from "./resident-memory";

/** One load by the project's own generator. */
export interface OwnLoad {
  messages: number;
  workers: number;
  /** As asked for; absent where the generator chose. */
  shards?: number;
  rows: number;
  /** Bytes of COPY BINARY. */
  bytes: number;
  /** Of each phase, in order. `start` is everything outside of the others: connections, plans, start of workers. */
  seconds: Record<string, number>;
  /** The proof of the content, after everything else. */
  fingerprintSeconds: number;
  fingerprint: string;
  /** Of all the load's processes together. */
  memory?: PeakMemory;
}

/**
 * Loads a dataset of so many messages into an empty database, in processes of its own.
 *
 * @param watched whether to watch the memory too, which takes a hundredth of two processors
 */
export async function ownLoad(
  { spec, signal }: Pick<Bench, "spec" | "signal">,
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
