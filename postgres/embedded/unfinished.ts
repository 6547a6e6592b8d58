import { randomBytes } from "node:crypto";
import { readdirSync, rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { MARKER, readMarker } from "./marker";
import { processesFor } from "./postmaster";
import { removeFolder, statItself } from "./server-files";

/** Stack names cannot contain a `~`, so no data folder looks like an unfinished one. */
const UNFINISHED = "~unfinished-";
/** Earlier versions named an unfinished folder `dev.unfinished-0123abcd`. A stack can have the same name, so such a folder may hold real data. */
const UNFINISHED_BEFORE = ".unfinished-";

/**
 * The path of a new temporary folder next to a data folder. Each attempt has its own, because processes of an
 * interrupted attempt may still write to the old one.
 */
export function unfinishedDirectory(dataDirectory: string): string {
  return `${dataDirectory}${UNFINISHED}${randomBytes(4).toString("hex")}`;
}

/** The path of the data in a temporary folder. */
export function unfinishedData(unfinished: string): string {
  return join(unfinished, "data");
}

/** Ends the processes that interrupted runs have left in a stack's temporary folders, and removes these folders. */
export function removeUnfinished(dataDirectory: string, stack: string): void {
  for (const unfinished of unfinishedDirectories(dataDirectory, stack)) {
    for (const program of ["initdb", "postgres"] as const) {
      for (const pid of processesFor(unfinishedData(unfinished), program)) endAtOnce(pid);
    }
    if (readMarker(unfinished) !== undefined) removeFolder(unfinished, MARKER);
    else rmdirSync(unfinished);
  }
}

/** The temporary folders that interrupted runs of a stack have left. They have the stack's marker, or are empty. */
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

/** Kills a process that has nothing to lose. It may have ended by itself. */
export function endAtOnce(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
