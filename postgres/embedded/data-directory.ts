import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ExpectedError } from "../../common/errors";
import { OWN_PARENTS, readServerFile } from "./server-files";
import { canReach, serverUser } from "./server-user";

/** Where root keeps the servers of projects below a private home, and their programs. */
export const SYSTEM_FOLDER = OWN_PARENTS.system;

/**
 * Where a stack's data lies when no `dataDir` is configured: in the project, or, where the server's user cannot
 * get there (root, with the checkout below a private home), in a folder of the system named after stack and project.
 *
 * @throws ExpectedError for a stack whose name cannot be a folder's
 */
export function defaultDataDirectory(projectRoot: string, stack: string): string {
  if (stack === "." || stack === "..") {
    throw new ExpectedError(
      `No folder can have the name of stack "${stack}".`,
      "Give the stack another name, or name a folder by chat-perf:dataDir.",
    );
  }
  const local = join(resolve(projectRoot), OWN_PARENTS.local, stack);
  if (canReach(serverUser(), local)) return local;
  return join(SYSTEM_FOLDER, `${stack}-${shortHash(resolve(projectRoot))}`);
}

/** Eight hexadecimal digits that tell paths apart. */
export function shortHash(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 8);
}

/** The data folder as an absolute path, checked for being usable by the server. */
export function usableDataDirectory(dataDir: string | undefined, projectRoot: string, stack: string): string {
  if (dataDir === undefined) return defaultDataDirectory(projectRoot, stack);
  const directory = resolve(projectRoot, dataDir);
  // pg_ctl and initdb put paths between double quotes into shell commands.
  if (/["$`\\\n]/.test(directory) && process.platform !== "win32") {
    throw new ExpectedError(
      `The data folder ${JSON.stringify(directory)} (chat-perf:dataDir) has a character that PostgreSQL's tools cannot take: one of " $ \` \\.`,
      "Choose another path.",
    );
  }
  const user = serverUser();
  if (!canReach(user, directory)) {
    throw new ExpectedError(
      `The data folder ${directory} (chat-perf:dataDir) cannot be reached by the user "${user?.name ?? ""}", as whom PostgreSQL runs.`,
      "Choose a folder outside of private homes, or leave chat-perf:dataDir unset.",
    );
  }
  return directory;
}

/** The major version of PostgreSQL that made the data folder. Undefined where there is none. */
export function dataVersion(dataDirectory: string): number | undefined {
  const version = readServerFile(join(dataDirectory, "PG_VERSION"));
  return version && Number.parseInt(version.toString("utf8"), 10);
}

/** @throws ExpectedError when the data folder is another version's, which this one cannot read */
export function assertVersion(dataDirectory: string, major: number): void {
  const made = dataVersion(dataDirectory);
  if (made === undefined || made === major) return;
  throw new ExpectedError(
    `The data folder ${dataDirectory} is PostgreSQL ${made}'s, and chat-perf:postgresVersion is ${major}.`,
    `Set chat-perf:postgresVersion back to ${made}, or destroy the stack first.`,
  );
}

/** Deletes the folders that we made to hold data folders and programs, where nothing is left in them. */
export function removeDefaultParents(dataDirectory: string): void {
  const parent = dirname(dataDirectory);
  for (const folder of [SYSTEM_FOLDER, ...(basename(parent) === OWN_PARENTS.local ? [parent] : [])]) {
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}
