import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isSamePath } from "../../common/same-path";
import { readServerFile } from "./server-files";

/** What a server has written into postmaster.pid. */
interface PidFile {
  pid: number;
  /** The path of the data folder when the server was started. */
  dataDirectory: string;
  port: number;
  address: string;
}

/** The PostgreSQL programs that work on a data folder. */
type Program = "initdb" | "pg_ctl" | "postgres";

/** Reads postmaster.pid. The server that wrote it may no longer run. */
export function pidFile(dataDirectory: string): PidFile | undefined {
  try {
    const lines = readServerFile(join(dataDirectory, "postmaster.pid"))?.toString("utf8").split("\n") ?? [];
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    return { pid, dataDirectory: lines[1] ?? "", port: Number(lines[3]), address: lines[5] ?? "" };
  } catch {
    return undefined;
  }
}

/**
 * The process id of the server that runs in a data folder. After a crash or a reboot, postmaster.pid is stale: its
 * process id may belong to another program, or to a zombie, which has no working directory. In a copy of the folder it
 * belongs to the original server.
 *
 * @param proc the folder in which Linux shows its processes; on other systems `ps` is used
 */
export function runningPostmaster(dataDirectory: string, proc = "/proc"): number | undefined {
  const said = pidFile(dataDirectory);
  if (said === undefined) return undefined;
  const { pid, dataDirectory: startedFor } = said;
  if (process.platform === "win32") return isAlive(pid) ? pid : undefined;
  if (hasProc(proc)) {
    const isServer = basename(commandLine(pid, proc)[0] ?? "") === "postgres";
    return isServer && isSamePath(join(proc, String(pid), "cwd"), dataDirectory) ? pid : undefined;
  }
  // The server was started with this path, or with an old path of the folder.
  const isHere = isSamePath(startedFor, dataDirectory) || !existsSync(startedFor);
  const [found] = askPs(pid);
  return isHere && found !== undefined && worksOn(found.command, "postgres", startedFor) ? pid : undefined;
}

/**
 * The processes of a program that were started with this path and still work in it. They were left by a killed run, or
 * are a server whose folder was deleted. A server that has moved with its folder is not included.
 */
export function processesFor(dataDirectory: string, program: Program, proc = "/proc"): number[] {
  if (process.platform === "win32") return [];
  if (!hasProc(proc)) {
    // A server whose folder was deleted looks like one whose folder was moved.
    if (program === "postgres") return [];
    return askPs()
      .filter(({ command }) => worksOn(command, program, dataDirectory))
      .map(({ pid }) => pid);
  }
  const folders = [dataDirectory, dirname(dataDirectory)].flatMap((path) => [path, `${path} (deleted)`]);
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => worksOn(commandLine(pid, proc).join(" "), program, dataDirectory))
    .filter((pid) => folders.includes(folderOf(pid, proc) ?? ""));
}

function hasProc(proc: string): boolean {
  return existsSync(join(proc, "self", "cwd"));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function folderOf(pid: number, proc: string): string | undefined {
  try {
    return readlinkSync(join(proc, String(pid), "cwd"));
  } catch {
    return undefined;
  }
}

function commandLine(pid: number, proc: string): string[] {
  try {
    return readFileSync(join(proc, String(pid), "cmdline"), "utf8")
      .split("\0")
      .slice(0, -1);
  } catch {
    return [];
  }
}

/** Asks `ps` for processes. Its output does not show where an argument with spaces ends. */
function askPs(pid?: number): { pid: number; command: string }[] {
  try {
    const which = pid === undefined ? ["-A"] : ["-p", String(pid)];
    return execFileSync("ps", ["-ww", ...which, "-o", "pid=,args="], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 * 1024,
    })
      .split("\n")
      .flatMap((line) => {
        const [, number, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
        return command === undefined ? [] : [{ pid: Number(number), command }];
      });
  } catch {
    return [];
  }
}

/** Whether a command line is that of the program, working on the folder. */
function worksOn(command: string, program: Program, dataDirectory: string): boolean {
  const at = dataDirectory === "" ? -1 : command.indexOf(dataDirectory);
  if (at < 0) return false;
  const before = new RegExp(`(^|[/"])${program}"? .*-D "?$`);
  return before.test(command.slice(0, at)) && /^("|\s|$)/.test(command.slice(at + dataDirectory.length));
}
