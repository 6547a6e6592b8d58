import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Answer, Job, NumberedAnswer, NumberedJob } from "./task";

/** A job that waits for its answer. */
interface Waiting {
  kind: string;
  settle: (answer: Answer) => void;
}

/** The task host of this process, and the jobs that it has not answered yet. */
interface Host {
  process: ChildProcess;
  waiting: Map<number, Waiting>;
}

let host: Host | undefined;
let jobs = 0;

/**
 * Runs a job in the task host. The first job starts the host, which serves all later jobs, so that modules are loaded
 * once. Jobs and results are IPC messages, because other users of the machine can read the arguments of a process.
 *
 * @throws Error without a stack trace, with the error of the task or the way in which the host ended
 */
export async function runInHost(job: Job): Promise<unknown> {
  // A host without an IPC channel is ending and accepts no new job.
  if (host?.process.connected !== true) host = startHost();
  const { process: child, waiting } = host;
  const number = ++jobs;
  const answer = await new Promise<Answer>((settle) => {
    waiting.set(number, { kind: job.kind, settle });
    // If sending fails, the host is ending. Its end settles the job.
    child.send({ number, job } satisfies NumberedJob, () => undefined);
  });
  if (answer.ok) return answer.result;
  throw withoutStack(answer.error);
}

/** Creates an error without a stack trace. Pulumi would show the stack trace. */
export function withoutStack(message: string): Error {
  const error = Object.assign(new Error(message), { stack: "" });
  returned.add(`${String(error)}: ${error.stack}`);
  return error;
}

/** The errors that this process returns to the engine, as the SDK prints them. */
const returned = new Set<string>();

let filtered = false;

/** The SDK prints an error before it returns it. The engine would show both. Further calls do nothing. */
export function printReturnedErrorsOnce(): void {
  if (filtered) return;
  filtered = true;
  const print = console.error;
  console.error = (...words: unknown[]) => {
    if (!returned.delete(String(words[0]))) print(...words);
  };
}

function startHost(): Host {
  const preload = join(__dirname, "preload.cjs");
  const child = spawn(process.execPath, ["--require", preload, join(__dirname, "task-host.ts")], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, Waiting>();
  child.on("message", (message) => {
    const { number, answer } = message as NumberedAnswer;
    waiting.get(number)?.settle(answer);
    waiting.delete(number);
  });
  const failAll = (how: (kind: string) => string): void => {
    for (const { kind, settle } of waiting.values()) settle({ ok: false, error: how(kind) });
    waiting.clear();
  };
  child.on("error", (error) => {
    failAll((kind) => `The task ${kind} could not be started: ${error.message}`);
  });
  // "exit" may come before the last answers are read. "close" comes after them.
  child.on("close", (code, signal) => {
    failAll((kind) => `The task ${kind} ended early (${signal ?? `exit code ${String(code)}`}).`);
  });
  return { process: child, waiting };
}
