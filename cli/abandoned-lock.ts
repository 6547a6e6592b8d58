import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { backendFolder } from "../common/local-state";

/** The content of a lock file of Pulumi in a local backend. */
interface Lock {
  pid: number;
  hostname: string;
}

/**
 * The id of the killed process that left its lock on a stack. Undefined when there is no lock, or when the lock may
 * still be valid: its process is alive or on another machine, or the backend is not a folder.
 *
 * @param backend the URL of the backend, e.g. `file:///home/me/chat-perf/.pulumi/state`
 * @param project the name of the project
 * @param stack the name of the stack, e.g. `dev`
 */
export function abandonedLock(
  backend: string | undefined,
  project: string,
  stack: string,
): number | undefined {
  return isInUse(backend, project, stack) ? undefined : readLocks(backend, project, stack)[0]?.pid;
}

/** Whether a run may be working on a stack: the stack has a lock that is not abandoned, or that cannot be read. */
export function isInUse(backend: string | undefined, project: string, stack: string): boolean {
  try {
    return !readLocks(backend, project, stack).every(isAbandoned);
  } catch {
    return true;
  }
}

function isAbandoned(lock: Lock): boolean {
  return lock.hostname === hostname() && !isAlive(lock.pid);
}

/** @throws SyntaxError for a lock that cannot be read */
function readLocks(backend: string | undefined, project: string, stack: string): Lock[] {
  const backendsFolder = backendFolder(backend);
  if (backendsFolder === undefined) return [];
  const folder = join(backendsFolder, "locks", "organization", project, stack);
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Lock);
}

/**
 * Whether a process runs. A zombie has ended, but its parent has not yet read its exit code. In some containers the
 * first process never does so.
 */
function isAlive(pid: number): boolean {
  // It may end between the two questions about it.
  return exists(pid) && !isZombie(pid) && exists(pid);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function isZombie(pid: number): boolean {
  try {
    // The state follows the name of the program, which is in parentheses and may contain parentheses itself.
    return /^.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
