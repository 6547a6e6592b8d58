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
 * Removes the server that a stack's state knows, wherever its project is now. What else is found in its place is left
 * alone, and said.
 *
 * @throws ExpectedError for a folder that is a link or belongs to another user
 */
export async function removeRecordedServer(known: RecordedServer, log: Log): Promise<void> {
  const { dataDirectory: before, stack } = known;
  const found = findServer(known);
  if (found.dataDirectory !== undefined) {
    // Known by PostgreSQL's identifier, it may have lost its marker.
    completeMarker(found.dataDirectory, stack, known.projectRoot);
    await removeServer(found.dataDirectory, log, stack);
    if (found.dataDirectory !== before) forgetPlace(before);
    return;
  }
  for (const folder of found.useless) await removeServer(folder, log, stack);
  const left = whose(before, known);
  if (left.kind === "none") await removeServer(before, log, stack);
  else log(`${left.reason} It is left alone.`);
}

/** Removes what a data folder has elsewhere, once its server has moved. */
export function forgetPlace(dataDirectory: string): void {
  removeBinaries(dataDirectory);
  forgetFolder(dataDirectory);
}

/**
 * Stops the server and deletes its data folder, with the project's folder of data folders once that is empty.
 * Nothing to do where there is none.
 *
 * @param stack default: the one that the folder's marker or name says
 * @throws ExpectedError for a folder that this program did not make
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
      `The data folder ${dataDirectory} was not made by this program and is left alone.`,
      "Remove it by hand if it is no longer needed.",
    );
  }
  forgetPlace(dataDirectory);
  removeDefaultParents(dataDirectory);
}

/**
 * Ends what killed runs have left at work on a data folder: initdb, pg_ctl, the server itself, also one whose folder was
 * deleted. Removes unfinished folders. A folder with another marker than the stack's is left alone.
 */
export async function endLeftovers(dataDirectory: string, stack: string): Promise<void> {
  removeUnfinished(dataDirectory, stack);
  const isGone = statItself(dataDirectory) === undefined || readdirSync(dataDirectory).length === 0;
  if (!isGone && readMarker(dataDirectory)?.stack !== stack) return;
  // It would go on to start a server.
  for (const pid of processesFor(dataDirectory, "pg_ctl")) endAtOnce(pid);
  if (isGone) for (const pid of processesFor(dataDirectory, "postgres")) endAtOnce(pid);
  else await stopServer(dataDirectory);
}
