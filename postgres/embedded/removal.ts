import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { removeBinaries } from "./binaries";
import { removeDefaultParents } from "./data-directory";
import { findServer, type RecordedServer, whose } from "./find-server";
import { completeMarker, MARKER, readMarker } from "./marker";
import { processesFor } from "./postmaster";
import { serverState, stopServer } from "./process";
import { forgetFolder } from "./registry";
import { removeFolder, statItself } from "./server-files";
import { endAtOnce, removeUnfinished } from "./unfinished";

/**
 * Removes the server in a stack's state, wherever its project is now. Anything else that is in the same place is left
 * unchanged and reported.
 *
 * @throws ExpectedError for a folder that is a link or belongs to another user
 */
export async function removeRecordedServer(known: RecordedServer, log: Log): Promise<void> {
  const { dataDirectory: before, stack } = known;
  const found = findServer(known);
  if (found.dataDirectory !== undefined) {
    // A server that is recognised by its system identifier may have lost its marker.
    completeMarker(found.dataDirectory, stack, known.projectRoot);
    await removeServer(found.dataDirectory, log, stack);
    if (found.dataDirectory !== before) forgetPlace(before);
    return;
  }
  for (const folder of found.useless) await removeServer(folder, log, stack);
  const left = whose(before, known);
  if (left.kind === "none") await removeServer(before, log, stack);
  else log(`${left.reason} It was not changed.`);
}

/** Removes what belongs to a data folder but is stored elsewhere, after its server has moved. */
export function forgetPlace(dataDirectory: string): void {
  removeBinaries(dataDirectory);
  forgetFolder(dataDirectory);
}

/**
 * Stops the server and deletes its data folder, and the parent folder when it is empty. A missing folder is not an
 * error.
 *
 * @param stack the stack of the server
 * @default the stack in the folder's marker, or the name of the folder
 * @throws ExpectedError for a folder that this program did not create
 */
export async function removeServer(
  dataDirectory: string,
  log: Log,
  stack = readMarker(dataDirectory)?.stack ?? basename(dataDirectory),
): Promise<void> {
  const isOurs = readMarker(dataDirectory) !== undefined;
  if (isOurs) log(`Stopping PostgreSQL and removing ${dataDirectory}`);
  await endLeftovers(dataDirectory, stack);
  if (isOurs) {
    removeFolder(dataDirectory, MARKER);
  } else if (serverState(dataDirectory) !== "missing") {
    throw new ExpectedError(
      `The data folder ${dataDirectory} was not created by this program. It was not changed.`,
      "Remove it by hand if it is no longer needed.",
    );
  }
  forgetPlace(dataDirectory);
  removeDefaultParents(dataDirectory);
}

/**
 * Ends the processes that killed runs have left in a data folder: initdb, pg_ctl and the server, even if its folder was
 * deleted. Removes unfinished folders. A folder with the marker of another stack is left unchanged.
 */
export async function endLeftovers(dataDirectory: string, stack: string): Promise<void> {
  removeUnfinished(dataDirectory, stack);
  const isGone = statItself(dataDirectory) === undefined || readdirSync(dataDirectory).length === 0;
  if (!isGone && readMarker(dataDirectory)?.stack !== stack) return;
  // pg_ctl would start a server otherwise.
  for (const pid of processesFor(dataDirectory, "pg_ctl")) endAtOnce(pid);
  if (isGone) for (const pid of processesFor(dataDirectory, "postgres")) endAtOnce(pid);
  else await stopServer(dataDirectory);
}
