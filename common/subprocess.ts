import { spawn } from "node:child_process";
import { once } from "node:events";
import { build, stop } from "esbuild";
import { ExpectedError } from "./errors";

/** What a subprocess tells its parent: news of the work, and at the end how it went. */
export type Word = { news: unknown } | { failure: Failure } | "done";

/**
 * Subprocesses reuse their buffers and make hardly any garbage, for which V8 would set aside 16 MB, three times, and let
 * the rest grow to a multiple before it looks.
 */
const SMALL_HEAP = ["--max-semi-space-size=1", "--heap-growing-percent=20"];
/**
 * Large arrays go back to the system when they are freed. By itself glibc raises the size of what it gives back to that
 * of the largest freed so far, and keeps an arena for each thread; other C libraries know no such names (mallopt(3)).
 */
const SMALL_ARENA = { MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_ARENA_MAX: "1" };

/** An error on its way between two processes. */
export interface Failure {
  expected: boolean;
  message: string;
  /** SQLSTATE or a system error's code. */
  code: string | undefined;
  stack: string | undefined;
}

/** A subprocess ended without a word. */
export class SubprocessKilled extends Error {
  override readonly name = "SubprocessKilled";

  constructor(how: string) {
    super(`a worker process was ended by ${how}`);
  }
}

/** How many programs are being bundled. */
let builds = 0;

/**
 * A program as one script, made from the sources as they are. Without a loader of modules it starts in half the time
 * and takes two thirds of the memory, and its hot loops see constants instead of imports.
 *
 * @param entry absolute path of a module that calls `serveJob`
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
    // The compiler's process would stay, with 30 MB, as long as this one.
    if (--builds === 0) await stop();
  }
}

/**
 * Runs a bundled program in a process of its own, which takes memory that is given back and ends with this process.
 * The job goes over a pipe, because process arguments can be read by others.
 *
 * @param report called with each piece of news
 * @param signal ends the process when it is aborted
 * @param goAhead what the work waits for after its preparations
 * @throws what the work threw, or SubprocessKilled
 */
export async function runSubprocess(
  program: string,
  job: object,
  report: (news: never) => void,
  { signal, goAhead }: { signal?: AbortSignal; goAhead?: Promise<object> } = {},
): Promise<void> {
  // So does the program: there is no file to be left behind or to be out of date.
  const child = spawn(process.execPath, [...SMALL_HEAP, "-"], {
    stdio: ["pipe", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...SMALL_ARENA },
  });
  let outcome: Failure | "done" | undefined;
  child.on("message", (word: Word) => {
    if (word === "done") outcome = word;
    else if ("failure" in word) outcome = word.failure;
    else report(word.news as never);
  });
  signal?.addEventListener("abort", () => child.kill());
  child.stdin!.on("error", () => undefined);
  child.stdin!.end(program);
  child.send(job, () => undefined);
  void goAhead?.then((word) => child.send(word, () => undefined));
  // A process may be gone before its last message is read.
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
