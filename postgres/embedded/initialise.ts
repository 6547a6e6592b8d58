import { lstatSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { locateBinaries } from "./binaries";
import { serverVersion } from "./releases";
import { includeConfiguration } from "./configuration";
import { completeMarker, MARKER, readMarker, writeMarker } from "./marker";
import { runAsServerUser } from "./process";
import { makeServerFolder, removeFolder, statItself, writeServerFile } from "./server-files";
import { removeUnfinished, unfinishedData, unfinishedDirectory } from "./unfinished";

/**
 * Creates a data folder. It is built under a temporary name and then renamed, so that an interrupted run leaves nothing
 * that looks like a data folder.
 *
 * @throws ExpectedError when the folder cannot be created
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
  log(`Creating a PostgreSQL ${serverVersion(version)} data folder at ${dataDirectory}`);
  try {
    writeServerFile(passwordFile, `${adminPassword}\n`);
    await runAsServerUser(
      initdb,
      [
        ...["-D", data, "-U", adminUser, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"],
        ...["--encoding=UTF8", "--data-checksums", "--locale=C", ...ownLocale(major)],
        // Syncing takes most of the time, and it helps only against a power failure in the next seconds.
        "--no-sync",
      ],
      unfinished,
    );
    includeConfiguration(data);
    completeMarker(data, stack, projectRoot);
    // The folder is empty, or was left by an interrupted removal.
    if (readMarker(dataDirectory) !== undefined) removeFolder(dataDirectory, MARKER);
    else if (statItself(dataDirectory) !== undefined) rmdirSync(dataDirectory);
    moveFolder(data, dataDirectory);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new ExpectedError(
      `PostgreSQL's data folder ${dataDirectory} could not be created: ${stderr?.trim() ?? message}`,
      "Check that the disk has free space, that the folder is writable, and that it is not a mount point itself.",
    );
  } finally {
    removeUnfinished(dataDirectory, stack);
  }
}

/**
 * Moves the folder. Root must not move a link to a place where it works later, and the server's user might have
 * replaced the folder with a link.
 */
function moveFolder(source: string, target: string): void {
  renameSync(source, target);
  if (lstatSync(target).isDirectory()) return;
  unlinkSync(target);
  throw new Error(`${source} is no longer a folder.`);
}

/**
 * The options for PostgreSQL's built-in locale, which sorts in the same way on every machine. Versions before 17 have
 * only C, which sorts alike but does not know upper and lower case beyond ASCII.
 */
function ownLocale(major: number): string[] {
  return major < 17 ? [] : ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
}
