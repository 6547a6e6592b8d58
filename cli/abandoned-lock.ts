import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What Pulumi writes into a lock file of a local backend. */
interface Lock {
  pid: number;
  hostname: string;
}

/**
 * The process that has left its lock on a stack when it was killed. Undefined when there is no lock, or when one may
 * still be meant: its process is alive, or on another machine, or the backend is not a folder.
 *
 * @param backend the backend's URL, e.g. `file:///home/me/chat-perf/.pulumi/state`
 * @param project the project's name
 * @param stack the stack's name, e.g. `dev`
 */
export function abandonedLock(
  backend: string | undefined,
  project: string,
  stack: string,
): number | undefined {
  const locks = readLocks(backend, project, stack);
  const abandoned = locks.every((lock) => lock.hostname === hostname() && !isAlive(lock.pid));
  return abandoned ? locks[0]?.pid : undefined;
}

function readLocks(backend: string | undefined, project: string, stack: string): Lock[] {
  try {
    const folder = join(fileURLToPath(backend!), ".pulumi", "locks", "organization", project, stack);
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Lock);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
