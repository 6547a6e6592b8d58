import { existsSync, readdirSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../../runtime/errors";
import type { Log } from "../../runtime/progress";
import { locateBinaries } from "./binaries";
import { includeConfiguration } from "./configuration";
import {
  makeServerFolder,
  type Marker,
  readMarker,
  removeMarkedFolder,
  unfinishedDirectories,
  unfinishedDirectory,
  writeMarker,
  writeServerFile,
} from "./data-directory";
import { runAsServerUser } from "./process";

/**
 * Makes a data folder: beside its final place first, then renamed, so that an interrupted run leaves nothing that
 * looks like a data folder and the next run begins anew.
 */
export async function initialiseDataDirectory(
  dataDirectory: string,
  major: number,
  marker: Marker,
  { adminUser, adminPassword }: { adminUser: string; adminPassword: string },
  log: Log,
): Promise<void> {
  const unfinished = unfinishedDirectory(dataDirectory);
  removeUnfinished(dataDirectory);
  makeServerFolder(unfinished);
  writeMarker(unfinished, marker);
  const data = join(unfinished, "data");
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
    writeMarker(data, marker);
    // An empty folder that was given to us, or the rest of an interrupted deletion.
    if (readMarker(dataDirectory) !== undefined) removeMarkedFolder(dataDirectory);
    else if (existsSync(dataDirectory)) rmdirSync(dataDirectory);
    renameSync(data, dataDirectory);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new ExpectedError(
      `PostgreSQL's data folder ${dataDirectory} could not be made: ${stderr?.trim() ?? message}`,
      "Check that the disk has room and the folder can be written to; it must not be a mount point itself.",
    );
  } finally {
    removeUnfinished(dataDirectory);
  }
}

/**
 * PostgreSQL's own locale: the same order on every machine, whatever the system's libraries. Before 17 it had none but
 * C, which sorts alike and takes letters beyond ASCII for neither upper nor lower case.
 */
function ownLocale(major: number): string[] {
  return major < 17 ? [] : ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
}

/** Removes what interrupted runs left. */
export function removeUnfinished(dataDirectory: string): void {
  for (const unfinished of unfinishedDirectories(dataDirectory)) {
    if (readMarker(unfinished) !== undefined) removeMarkedFolder(unfinished);
    // Killed between making the folder and marking it.
    else if (readdirSync(unfinished).length === 0) rmdirSync(unfinished);
  }
}
