import { execFile, type ExecFileOptions } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { locateBinaries } from "./binaries";
import { dataVersion } from "./data-directory";
import { runningPostmaster } from "./postmaster";
import { readServerFile, statItself } from "./server-files";
import { serverUser } from "./server-user";

/** `missing` means that there is no data folder. `stopped` includes crashes and reboots. */
export type ServerState = "missing" | "stopped" | "running";

/** Crash recovery of a large load can take long. A server that cannot start fails at once. */
const START_TIMEOUT_SECONDS = 3600;
const ORPHANS_TIMEOUT_MS = 30_000;
const FAST_STOP_TIMEOUT_MS = 120_000;
const IMMEDIATE_STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

const run = promisify(execFile);

/** The path of the server's log file. It contains start-up messages, slow queries and autovacuum runs. */
export function logFileOf(dataDirectory: string): string {
  return join(dataDirectory, "postgresql.log");
}

export function serverState(dataDirectory: string): ServerState {
  if (dataVersion(dataDirectory) === undefined) return "missing";
  return runningPostmaster(dataDirectory) === undefined ? "stopped" : "running";
}

/**
 * Runs one of PostgreSQL's programs as the server's user, in its own session. The server must not receive a Ctrl-C from
 * the terminal, and it must outlive the command that started it.
 */
export async function runAsServerUser(program: string, args: string[], cwd: string): Promise<void> {
  const user = serverUser();
  const options: ExecFileOptions & { detached: boolean } = {
    cwd,
    detached: true,
    env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
    maxBuffer: 16 * 1024 * 1024,
    ...(user && { uid: user.uid, gid: user.gid }),
  };
  await run(program, args, options);
}

/**
 * Starts a stopped server and waits until it accepts connections.
 *
 * @throws ExpectedError with the last lines of the log when the server does not start
 */
export async function startServer(dataDirectory: string, log: Log): Promise<void> {
  removeStalePidFile(dataDirectory);
  const { pgCtl } = await locateBinaries(dataVersion(dataDirectory)!, dataDirectory, log);
  const logFile = logFileOf(dataDirectory);
  const start = [
    "start",
    "-s",
    "-w",
    "-t",
    String(START_TIMEOUT_SECONDS),
    "-D",
    dataDirectory,
    "-l",
    logFile,
  ];
  const giveUp = Date.now() + ORPHANS_TIMEOUT_MS;
  for (;;) {
    const logged = statItself(logFile)?.size ?? 0;
    try {
      await runAsServerUser(pgCtl, start, dataDirectory);
      return;
    } catch {
      const said = readServerFile(logFile)?.subarray(logged).toString("utf8") ?? "";
      // The backends of a killed postmaster need a moment to end and to release the shared memory.
      if (said.includes("shared memory block") && Date.now() < giveUp) {
        await delay(POLL_MS * 4);
        continue;
      }
      const lastLines = said.trimEnd().split("\n").slice(-5).join("\n  ");
      throw new ExpectedError(
        `The embedded PostgreSQL server in ${dataDirectory} did not start:\n  ${lastLines}`,
        `Correct the cause that the log names, then run the same command again. The whole log is in ${logFile}.`,
      );
    }
  }
}

/**
 * Stops a server. Open transactions are rolled back. A server that does not react is stopped without a checkpoint.
 *
 * @throws ExpectedError when the server does not stop
 */
export async function stopServer(dataDirectory: string): Promise<void> {
  const signals = [
    { signal: "SIGINT", timeout: FAST_STOP_TIMEOUT_MS },
    { signal: "SIGQUIT", timeout: IMMEDIATE_STOP_TIMEOUT_MS },
    { signal: "SIGKILL", timeout: IMMEDIATE_STOP_TIMEOUT_MS },
  ] as const;
  for (const { signal, timeout } of signals) {
    if (await signalAndWait(dataDirectory, signal, timeout)) return;
  }
  throw new ExpectedError(
    `The embedded PostgreSQL server in ${dataDirectory} does not stop.`,
    `Read its log in ${logFileOf(dataDirectory)}, end the process by hand, then run the same command again.`,
  );
}

async function signalAndWait(
  dataDirectory: string,
  signal: NodeJS.Signals,
  timeout: number,
): Promise<boolean> {
  const giveUp = Date.now() + timeout;
  const pid = runningPostmaster(dataDirectory);
  if (pid !== undefined) sendSignal(pid, signal);
  while (runningPostmaster(dataDirectory) !== undefined) {
    if (Date.now() > giveUp) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** Makes a running server reload its configuration. */
export function reloadServer(dataDirectory: string): void {
  const pid = runningPostmaster(dataDirectory);
  if (pid !== undefined) sendSignal(pid, "SIGHUP");
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return;
    throw new ExpectedError(
      `The embedded server's process ${pid} belongs to another user.`,
      "Run as the user who started it (root, if it was started by root).",
    );
  }
}

/**
 * Removes a stale postmaster.pid. PostgreSQL refuses to start while a process with the recorded id exists, whatever
 * program it is.
 */
function removeStalePidFile(dataDirectory: string): void {
  if (runningPostmaster(dataDirectory) === undefined) {
    rmSync(join(dataDirectory, "postmaster.pid"), { force: true });
  }
}
