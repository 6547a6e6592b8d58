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

/** Names the run's folder, for the processes of a run: they inherit it, and what it names is theirs. */
export const RUN_VARIABLE = "CHAT_PERF_TEST_RUN";
/** How the folders of runs are called, in the folder for temporary files. */
export const RUN_PREFIX = "chat-perf-run-";
const OWNER = "owner.json";
const MADE = "made";

/** The process that a run's folder belongs to. */
export interface Owner {
  pid: number;
  /** When the process started: process numbers are used again. */
  started: string;
  /** The machine, and where its process numbers count. */
  machine: string;
}

/** What a run can make outside of its folder. */
export type Outside = "container" | "host";

/**
 * Begins a run of the suite: a folder of its own, in which all temporary files of its tests lie, and by which whatever
 * a killed run has left is found. Of this process's environment TMPDIR is changed.
 *
 * @returns the folder
 */
export function beginRun(): string {
  const folder = mkdtempSync(join(tmpdir(), RUN_PREFIX));
  const owner: Owner = { pid: process.pid, started: startOf(process.pid)!, machine: thisMachine() };
  writeFileSync(join(folder, OWNER), JSON.stringify(owner));
  mkdirSync(join(folder, MADE));
  // Servers that root starts have another user, who must get to their files.
  chmodSync(folder, 0o755);
  process.env[RUN_VARIABLE] = folder;
  process.env.TMPDIR = folder;
  return folder;
}

/** Whose a run's folder is; undefined while it is being made, or when the run was killed in that moment. */
export function ownerOf(folder: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, OWNER), "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

/** Whether a run has ended. Of a run on another machine, or with other process numbers, nothing is known. */
export function hasEnded({ pid, started, machine }: Owner): boolean {
  return machine === thisMachine() && startOf(pid) !== started;
}

/**
 * Writes down that this run is about to make something outside of its folder, so that the next run finds it after a
 * kill.
 *
 * @returns takes it back, when the thing is gone
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

/** The folder of the notes on what a run has made outside of its folder; each is called `<kind> <name>`. */
export function notesOf(folder: string): string {
  return join(folder, MADE);
}

/** When a process started, unlike any other of its number; undefined when there is none, or only its zombie. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in parentheses, may have spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]!}`;
  } catch {
    return process.platform === "linux" ? undefined : withoutProc(pid);
  }
}

/** Where there is no /proc, a process that is alive counts as the one that it was. */
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
