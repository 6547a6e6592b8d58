import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** A process of this machine. */
export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** How often the processes are listed while some are waited for, in milliseconds. */
const LOOK_AGAIN_MS = 50;

/** The running processes, without zombies. */
export function processes(): Process[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8", maxBuffer: 1 << 26 })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , , state]) => state !== undefined && !state.startsWith("Z"))
    .map(([, pid, parent, , command]) => ({ pid: Number(pid), parent: Number(parent), command: command! }));
}

/** The descendants of a process, children before grandchildren. */
export function descendants(pid: number): Process[] {
  const all = processes();
  const found = all.filter(({ parent }) => parent === pid);
  for (const { pid: each } of found) found.push(...all.filter(({ parent }) => parent === each));
  return found;
}

/** Waits until all of these processes have ended. */
export async function ended(pids: number[]): Promise<void> {
  while (processes().some(({ pid }) => pids.includes(pid))) await delay(LOOK_AGAIN_MS);
}
