import { lstatSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { locateBinaries } from "./binaries";
import { includeConfiguration } from "./configuration";
import { completeMarker, MARKER, readMarker, writeMarker } from "./marker";
import { runAsServerUser } from "./process";
import { makeServerFolder, removeFolder, statItself, writeServerFile } from "./server-files";
import { removeUnfinished, unfinishedData, unfinishedDirectory } from "./unfinished";

/**
 * Makes a data folder: beside its final place first, then renamed, so that an interrupted run leaves nothing that
 * looks like a data folder and the next run begins anew.
 */
export async function initialiseDataDirectory(
  dataDirectory: string,
  major: number,
  server: { stack: string; projectRoot: string; adminUser: string; adminPassword: string },
  log: Log,
): Promise<void> {
  const { stack, projectRoot, adminUser, adminPassword } = server;
  const unfinished = unfinishedDirectory(dataDirectory);
  removeUnfinished(dataDirectory, stack);
  makeServerFolder(unfinished);
  writeMarker(unfinished, { madeBy: "chat-perf", stack, projectRoot });
  const data = unfinishedData(unfinished);
  const passwordFile = join(unfinished, "password");
  const { initdb, version } = await locateBinaries(major, dataDirectory, log);
  log(`Making a PostgreSQL ${version} data folder at ${dataDirectory}`);
  try {
    writeServerFile(passwordFile, `${adminPassword}\n`);
    await runAsServerUser(
      initdb,
      [
        ...["-D", data, "-U", adminUser, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"],
        ...["--encoding=UTF8", "--data-checksums", "--locale=C", ...ownLocale(major)],
        // Only a loss of power within the next seconds could tell the difference, and it takes most of the time.
        "--no-sync",
      ],
      unfinished,
    );
    includeConfiguration(data);
    completeMarker(data, stack, projectRoot);
    // An empty folder that was given to us, or the rest of an interrupted deletion.
    if (readMarker(dataDirectory) !== undefined) removeFolder(dataDirectory, MARKER);
    else if (statItself(dataDirectory) !== undefined) rmdirSync(dataDirectory);
    moveFolder(data, dataDirectory);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new ExpectedError(
      `PostgreSQL's data folder ${dataDirectory} could not be made: ${stderr?.trim() ?? message}`,
      "Check that the disk has room and the folder can be written to; it must not be a mount point itself.",
    );
  } finally {
    removeUnfinished(dataDirectory, stack);
  }
}

/** Root moves no link to where it later works: the server's user might have put one in the folder's place. */
function moveFolder(source: string, target: string): void {
  renameSync(source, target);
  if (lstatSync(target).isDirectory()) return;
  unlinkSync(target);
  throw new Error(`${source} is not a folder any more`);
}

/**
 * PostgreSQL's own locale: the same order on every machine, whatever the system's libraries. Before 17 it had none but
 * C, which sorts alike and takes letters beyond ASCII for neither upper nor lower case.
 */
function ownLocale(major: number): string[] {
  return major < 17 ? [] : ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
}
