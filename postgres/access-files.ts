import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeIfEmpty } from "../common/remove-if-empty";
import { ExpectedError } from "../common/errors";
import { connectScript, environmentFile, isWrittenByUs, monitorQueries } from "./access-texts";

/** The data from which a stack's access files are written. */
export interface Access {
  /** The folder that holds the files of all stacks: `.secrets`. */
  directory: string;
  stack: string;
  /** The application role's URL. */
  databaseUrl: string;
  /** The schema owner's URL. */
  migrationUrl: string;
}

/** The paths of a stack's access files. All are in the folder that was given. */
export interface AccessPaths {
  /** A file of environment variables that a shell can source. */
  environment: string;
  /** A script that opens psql on the database. */
  connect: string;
  /** A file of monitoring queries. */
  monitor: string;
}

/** Whether the files are still as this program wrote them. */
export type AccessFilesState = "intact" | "changed" | "missing";

interface AccessFile {
  path: string;
  text: string;
  mode: number;
}

function pathsOf(directory: string, stack: string): AccessPaths {
  return {
    environment: join(directory, `.env.${stack}`),
    connect: join(directory, `connect-${stack}.sh`),
    monitor: join(directory, `monitor-${stack}.sql`),
  };
}

function filesOf({ directory, stack, databaseUrl, migrationUrl }: Access): AccessFile[] {
  const { environment, connect, monitor } = pathsOf(directory, stack);
  return [
    { path: environment, text: environmentFile(stack, databaseUrl, migrationUrl), mode: 0o600 },
    { path: connect, text: connectScript(stack), mode: 0o700 },
    { path: monitor, text: monitorQueries(stack), mode: 0o600 },
  ];
}

/**
 * Writes the files with which a person on this machine connects to the stack's database. Only the current user can read
 * them.
 *
 * @throws ExpectedError when a file of that name exists and was not written by this program
 */
export function writeAccessFiles(access: Access): AccessPaths {
  const files = filesOf(access);
  for (const { path } of files) {
    if (existsSync(path) && !isWrittenByUs(textOf(path))) {
      throw new ExpectedError(
        `${path} exists and was not written by this program. It was not changed.`,
        "Move the file to another place, then run the same command again.",
      );
    }
  }
  mkdirSync(access.directory, { recursive: true, mode: 0o700 });
  for (const { path, text, mode } of files) {
    const unfinished = unfinishedPath(path);
    rmSync(unfinished, { force: true });
    writeFileSync(unfinished, text, { mode });
    chmodSync(unfinished, mode);
    renameSync(unfinished, path);
  }
  return pathsOf(access.directory, access.stack);
}

/** Compares the text and the permissions of all three files with what was written. */
export function accessFilesState(access: Access): AccessFilesState {
  const files = filesOf(access);
  if (!files.every(({ path }) => existsSync(path))) return "missing";
  const intact = files.every(
    ({ path, text, mode }) => textOf(path) === text && (statSync(path).mode & 0o777) === mode,
  );
  return intact ? "intact" : "changed";
}

/** Removes the files of the stack that this program wrote. The folder is removed too when it is then empty. */
export function removeAccessFiles(directory: string, stack: string): void {
  for (const path of Object.values(pathsOf(directory, stack)) as string[]) {
    rmSync(unfinishedPath(path), { force: true });
    if (existsSync(path) && isWrittenByUs(textOf(path))) rmSync(path);
  }
  removeIfEmpty(directory);
}

/** The text of a file. It is empty for a folder, and for a pipe, which would be waited for. */
function textOf(path: string): string {
  return statSync(path).isFile() ? readFileSync(path, "utf8") : "";
}

function unfinishedPath(path: string): string {
  return `${path}.unfinished`;
}
