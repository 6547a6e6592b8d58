import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { removeIfEmpty } from "../../common/remove-if-empty";
import { ExpectedError } from "../../common/errors";
import { OWN_PARENTS, readServerFile } from "./server-files";
import { canReach, serverUser } from "./server-user";

/** The folder in which root keeps servers and programs of projects that are below a private home. */
export const SYSTEM_FOLDER = OWN_PARENTS.system;

/**
 * The data folder of a stack without a configured `dataDir`. It is in the project. If root runs this and the project is
 * below a private home, the server's user cannot reach it, and the folder is in `/var/lib/chat-perf`.
 *
 * @throws ExpectedError for a stack whose name cannot be the name of a folder
 */
export function defaultDataDirectory(projectRoot: string, stack: string): string {
  if (stack === "." || stack === "..") {
    throw new ExpectedError(
      `The stack name "${stack}" cannot be the name of a folder.`,
      "Give the stack another name, or set chat-perf:dataDir to a folder.",
    );
  }
  const local = join(resolve(projectRoot), OWN_PARENTS.local, stack);
  if (canReach(serverUser(), local)) return local;
  return join(SYSTEM_FOLDER, `${stack}-${shortHash(resolve(projectRoot))}`);
}

/** Eight hexadecimal digits of a path's hash, which distinguish paths. */
export function shortHash(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 8);
}

/**
 * The absolute path of a stack's data folder.
 *
 * @throws ExpectedError when PostgreSQL or its user cannot use the folder
 */
export function usableDataDirectory(dataDir: string | undefined, projectRoot: string, stack: string): string {
  if (dataDir === undefined) return defaultDataDirectory(projectRoot, stack);
  const directory = resolve(projectRoot, dataDir);
  // pg_ctl and initdb put paths into shell commands, in double quotes.
  if (/["$`\\\n]/.test(directory) && process.platform !== "win32") {
    throw new ExpectedError(
      `The data folder ${JSON.stringify(directory)} (chat-perf:dataDir) must not contain any of the characters " $ \` \\ because PostgreSQL's tools do not accept them.`,
      "Set chat-perf:dataDir to another path.",
    );
  }
  const user = serverUser();
  if (!canReach(user, directory)) {
    throw new ExpectedError(
      `The data folder ${directory} (chat-perf:dataDir) cannot be reached by the user "${user?.name ?? ""}", which runs PostgreSQL.`,
      "Choose a folder outside of private homes, or leave chat-perf:dataDir unset.",
    );
  }
  return directory;
}

/** The major version of PostgreSQL that created the data folder. Undefined when the folder has no data. */
export function dataVersion(dataDirectory: string): number | undefined {
  const version = readServerFile(join(dataDirectory, "PG_VERSION"));
  return version && Number.parseInt(version.toString("utf8"), 10);
}

/** @throws ExpectedError when another major version created the data folder, because this one cannot read it */
export function assertVersion(dataDirectory: string, major: number): void {
  const made = dataVersion(dataDirectory);
  if (made === undefined || made === major) return;
  throw new ExpectedError(
    `PostgreSQL ${made} created the data folder ${dataDirectory}, but chat-perf:postgresVersion is ${major}.`,
    `Set chat-perf:postgresVersion back to ${made}, or destroy the stack first.`,
  );
}

/** Deletes the parent folders that this program creates for data folders and programs, if they are empty. */
export function removeDefaultParents(dataDirectory: string): void {
  const parent = dirname(dataDirectory);
  for (const folder of [SYSTEM_FOLDER, ...(basename(parent) === OWN_PARENTS.local ? [parent] : [])]) {
    removeIfEmpty(folder);
  }
}
