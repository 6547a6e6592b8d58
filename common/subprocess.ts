import { spawn } from "node:child_process";
import { once } from "node:events";
import { build, stop } from "esbuild";
import { ExpectedError } from "./errors";

/** A message from a subprocess to its parent: a report on the work, and at the end the outcome. */
export type SubprocessMessage = { news: unknown } | { failure: Failure } | "done";

/**
 * Subprocesses reuse their buffers and create little garbage. By default V8 reserves three times 16 MB for new objects,
 * and lets the heap grow to several times its live size before it collects garbage.
 */
const SMALL_HEAP = ["--max-semi-space-size=1", "--heap-growing-percent=20"];
/**
 * With these variables, glibc returns the memory of large arrays to the system when they are freed. By default it
 * raises the threshold to the largest size freed so far, and keeps an arena for each thread. Other C libraries ignore
 * the variables (mallopt(3)).
 */
const SMALL_ARENA = { MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_ARENA_MAX: "1" };

/** An error that is sent to another process. */
export interface Failure {
  expected: boolean;
  message: string;
  /** The SQLSTATE, or the code of a system error. */
  code: string | undefined;
  stack: string | undefined;
}

/** The error when a subprocess ended without sending an outcome. */
export class SubprocessKilled extends Error {
  override readonly name = "SubprocessKilled";

  constructor(how: string) {
    super(`a worker process was ended by ${how}`);
  }
}

/** The number of programs that are being bundled now. */
let builds = 0;

/**
 * Bundles a program to one script, from the current sources. Without a module loader it starts in half the time and
 * uses two thirds of the memory, and its hot loops use constants instead of imports.
 *
 * @param entry the absolute path of a module that calls `serveJob`
 */
export async function bundle(entry: string): Promise<string> {
  builds++;
  try {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      target: "node20",
      external: ["pg-native"],
      write: false,
      logLevel: "error",
    });
    return outputFiles[0]!.text;
  } finally {
    // The compiler's process would run as long as this process, and use 30 MB.
    if (--builds === 0) await stop();
  }
}

/**
 * Runs a bundled program in its own process. Its memory is released at the end, and it ends with this process. The job
 * is sent over a pipe, because other users can read the arguments of a process.
 *
 * @param report is called with each report of the subprocess
 * @param signal ends the subprocess when it is aborted
 * @param goAhead the message for which the work waits after its preparations
 * @throws the error of the work, or SubprocessKilled
 */
export async function runSubprocess(
  program: string,
  job: object,
  report: (news: never) => void,
  { signal, goAhead }: { signal?: AbortSignal; goAhead?: Promise<object> } = {},
): Promise<void> {
  // The program is sent over a pipe too, so that no file is left behind or out of date.
  const child = spawn(process.execPath, [...SMALL_HEAP, "-"], {
    stdio: ["pipe", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...SMALL_ARENA },
  });
  let outcome: Failure | "done" | undefined;
  child.on("message", (message: SubprocessMessage) => {
    if (message === "done") outcome = message;
    else if ("failure" in message) outcome = message.failure;
    else report(message.news as never);
  });
  signal?.addEventListener("abort", () => child.kill());
  child.stdin!.on("error", () => undefined);
  child.stdin!.end(program);
  child.send(job, () => undefined);
  void goAhead?.then((message) => child.send(message, () => undefined));
  // A process may have ended before its last message is read.
  const [[code, killedBy]] = (await Promise.all([once(child, "exit"), once(child, "disconnect")])) as [
    [number | null, NodeJS.Signals | null],
    unknown,
  ];
  if (outcome === undefined) throw new SubprocessKilled(killedBy ?? `exit code ${String(code)}`);
  if (outcome !== "done") throw errorOf(outcome);
}

function errorOf({ expected, message, code, stack }: Failure): Error {
  if (expected) return new ExpectedError(message);
  return Object.assign(new Error(message), { code, stack });
}
