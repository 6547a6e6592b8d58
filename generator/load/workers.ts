import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { ExpectedError } from "../../runtime/errors";
import type { Sent } from "./part-loader";
import type { WorkerJob } from "./worker";
import type { Failure, WorkerReport } from "./worker-process";

/** More workers than this would only wait for each other at the end of one table. */
const MOST_WORKERS = 8;
/** With fewer shards for each, workers side by side would write the table out of the order of time. */
const SHARDS_PER_WORKER = 8;

/**
 * One worker a processor. Measured on two, rows/s against one worker: two 1.3, three 1.2, four 1.1 times; the
 * server's backends take the rest of the processors' time.
 */
export function defaultWorkers(shards: number): number {
  return Math.min(MOST_WORKERS, availableParallelism(), Math.ceil(shards / SHARDS_PER_WORKER));
}

/**
 * Runs a job in several worker processes and returns when all its parts are in the database. When one fails, the
 * others are stopped, and the first error is thrown.
 *
 * @param report called with each part that a worker has committed
 */
export async function runWorkers(
  job: WorkerJob,
  workers: number,
  report: (sent: Sent) => void,
): Promise<void> {
  const program = bundle();
  const stop = new AbortController();
  const running = Array.from({ length: workers }, () => runWorker(program, job, stop.signal, report));
  try {
    await Promise.all(running);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(running);
    throw error;
  }
}

/**
 * A worker's program as one script, made from the sources as they are. Without a loader of modules a worker starts in
 * half the time and takes two thirds of the memory, and its hot loops see constants instead of imports.
 */
function bundle(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, "worker-process.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    external: ["pg-native"],
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

async function runWorker(
  program: string,
  job: WorkerJob,
  signal: AbortSignal,
  report: (sent: Sent) => void,
): Promise<void> {
  // The program goes through a pipe: there is no file to be left behind or to be out of date.
  const child = spawn(process.execPath, ["-"], { stdio: ["pipe", "inherit", "inherit", "ipc"] });
  let outcome: Failure | "done" | undefined;
  child.on("message", (message: WorkerReport) => {
    if ("sent" in message) report(message.sent);
    else outcome = "failure" in message ? message.failure : "done";
  });
  signal.addEventListener("abort", () => child.kill());
  child.stdin!.on("error", () => undefined);
  child.stdin!.end(program);
  child.send(job, () => undefined);
  // A process may be gone before its last message is read.
  const [[code, killedBy]] = (await Promise.all([once(child, "exit"), once(child, "disconnect")])) as [
    [number | null, NodeJS.Signals | null],
    unknown,
  ];
  if (outcome === undefined) throw new WorkerKilled(killedBy ?? `exit code ${String(code)}`);
  if (outcome !== "done") throw errorOf(outcome);
}

/** A worker ended without a word. */
export class WorkerKilled extends Error {
  override readonly name = "WorkerKilled";

  constructor(how: string) {
    super(`a worker process was ended by ${how}`);
  }
}

function errorOf({ expected, message, code, stack }: Failure): Error {
  if (expected) return new ExpectedError(message);
  return Object.assign(new Error(message), { code, stack });
}
