import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

/** The variable with the folder of the run. All processes of the run inherit it. */
export const RUN_VARIABLE = "CHAT_PERF_TEST_RUN";
/** The prefix of the names of runs' folders. */
export const RUN_PREFIX = "chat-perf-run-";
const OWNER = "owner.json";
const MADE = "made";

/** The process that owns a run's folder. */
export interface Owner {
  pid: number;
  /** The start time of the process, because process ids are reused. */
  started: string;
  /** The machine and its process id namespace. */
  machine: string;
}

/** The kinds of objects that a run can create outside of its folder. */
export type Outside = "container" | "host";

/**
 * Begins a run of the suite. It creates a folder that holds all temporary files of the tests, and that identifies what
 * a killed run has left. It changes TMPDIR in this process's environment.
 *
 * @returns the folder
 */
export function beginRun(): string {
  const folder = mkdtempSync(join(tmpdir(), RUN_PREFIX));
  const owner: Owner = { pid: process.pid, started: startOf(process.pid)!, machine: thisMachine() };
  writeFileSync(join(folder, OWNER), JSON.stringify(owner));
  mkdirSync(join(folder, MADE));
  // The servers of root run as another user, who must reach their files.
  chmodSync(folder, 0o755);
  process.env[RUN_VARIABLE] = folder;
  process.env.TMPDIR = folder;
  return folder;
}

/**
 * The owner of a run's folder. Undefined while the folder is being created, or when the run was killed at that moment.
 */
export function ownerOf(folder: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, OWNER), "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

/**
 * Whether a run has ended. It is unknown, and so false, for a run on another machine or in another process id
 * namespace.
 */
export function hasEnded({ pid, started, machine }: Owner): boolean {
  return machine === thisMachine() && startOf(pid) !== started;
}

/**
 * Records that this run is about to create an object outside of its folder, so that the next run finds it after a kill.
 *
 * @returns a function that removes the record after the object is gone
 */
export function noteOutside(kind: Outside, name: string): () => void {
  const folder = process.env[RUN_VARIABLE];
  if (folder === undefined) return () => undefined;
  const note = join(folder, MADE, `${kind} ${name}`);
  writeFileSync(note, "");
  return () => {
    rmSync(note, { force: true });
  };
}

/** The folder of these records. Each record is a file with the name `<kind> <name>`. */
export function notesOf(folder: string): string {
  return join(folder, MADE);
}

/**
 * The start time of a process, which distinguishes it from others with the same id. Undefined when it does not exist or
 * is a zombie.
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program is in parentheses and may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]!}`;
  } catch {
    return process.platform === "linux" ? undefined : withoutProc(pid);
  }
}

/** Without /proc, a running process counts as the original one. */
function withoutProc(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return "alive";
  } catch {
    return undefined;
  }
}

function thisMachine(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}
