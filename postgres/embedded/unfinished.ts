import { randomBytes } from "node:crypto";
import { readdirSync, rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { MARKER, readMarker } from "./marker";
import { processesFor } from "./postmaster";
import { removeFolder, statItself } from "./server-files";

/** No stack's name has a `~`, so that no stack's data folder looks like an unfinished one. */
const UNFINISHED = "~unfinished-";
/** Earlier versions built in `dev.unfinished-0123abcd`, which may also be the folder of a stack of that name. */
const UNFINISHED_BEFORE = ".unfinished-";

/**
 * A new place beside a data folder, where it is built before it is renamed. Each attempt has its own: what an
 * interrupted one started may still be writing into the old.
 */
export function unfinishedDirectory(dataDirectory: string): string {
  return `${dataDirectory}${UNFINISHED}${randomBytes(4).toString("hex")}`;
}

/** Where the data are built in an unfinished place. */
export function unfinishedData(unfinished: string): string {
  return join(unfinished, "data");
}

/** Ends what interrupted runs have left at work on a stack's data folder, and removes what they have left there. */
export function removeUnfinished(dataDirectory: string, stack: string): void {
  for (const unfinished of unfinishedDirectories(dataDirectory, stack)) {
    for (const program of ["initdb", "postgres"] as const) {
      for (const pid of processesFor(unfinishedData(unfinished), program)) endAtOnce(pid);
    }
    if (readMarker(unfinished) !== undefined) removeFolder(unfinished, MARKER);
    else rmdirSync(unfinished);
  }
}

/** The places that interrupted attempts of a stack have left: marked as the stack's, or still empty. */
function unfinishedDirectories(dataDirectory: string, stack: string): string[] {
  const parent = dirname(dataDirectory);
  if (statItself(parent)?.isDirectory() !== true) return [];
  return readdirSync(parent)
    .filter((name) => {
      const begins = [UNFINISHED, UNFINISHED_BEFORE].some((word) =>
        name.startsWith(`${basename(dataDirectory)}${word}`),
      );
      const folder = join(parent, name);
      if (!begins || statItself(folder)?.isDirectory() !== true) return false;
      return readMarker(folder)?.stack === stack || (name.includes("~") && readdirSync(folder).length === 0);
    })
    .map((name) => join(parent, name));
}

/** Ends a process that has nothing to lose; it may have ended by itself. */
export function endAtOnce(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
