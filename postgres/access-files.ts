import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../common/errors";
import { connectScript, environmentFile, isWrittenByUs, monitorQueries } from "./access-texts";

/** What the access files of a stack are made from. */
export interface Access {
  /** The folder for the files of all stacks, `.secrets`. */
  directory: string;
  stack: string;
  /** The application role's URL. */
  databaseUrl: string;
  /** The schema owner's URL. */
  migrationUrl: string;
}

/** Paths of a stack's access files, each in the folder that was given. */
export interface AccessPaths {
  /** Environment variables, to be sourced. */
  environment: string;
  /** Opens psql on the database. */
  connect: string;
  /** Monitoring queries. */
  monitor: string;
}

/** Whether the files are as they were written. */
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
 * Writes the files by which a person on this machine gets into the stack's database, readable by nobody else.
 *
 * @throws ExpectedError when a file of that name was not written by this program
 */
export function writeAccessFiles(access: Access): AccessPaths {
  const files = filesOf(access);
  for (const { path } of files) {
    if (existsSync(path) && !isWrittenByUs(readFileSync(path, "utf8"))) {
      throw new ExpectedError(
        `${path} exists and was not written by this program; it is left alone.`,
        "Move it away, then run again.",
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

/** Whether text and access rights of all three files are still as written. */
export function accessFilesState(access: Access): AccessFilesState {
  const files = filesOf(access);
  if (!files.every(({ path }) => existsSync(path))) return "missing";
  const intact = files.every(
    ({ path, text, mode }) => readFileSync(path, "utf8") === text && (statSync(path).mode & 0o777) === mode,
  );
  return intact ? "intact" : "changed";
}

/** Removes the stack's files, those that this program wrote, and the folder when nothing is left in it. */
export function removeAccessFiles(directory: string, stack: string): void {
  for (const path of Object.values(pathsOf(directory, stack)) as string[]) {
    rmSync(unfinishedPath(path), { force: true });
    if (existsSync(path) && isWrittenByUs(readFileSync(path, "utf8"))) rmSync(path);
  }
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
}

function unfinishedPath(path: string): string {
  return `${path}.unfinished`;
}
