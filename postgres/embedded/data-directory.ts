import { createHash, randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { ExpectedError } from "../../runtime/errors";
import { canReach, serverUser } from "./server-user";

const MARKER = "chat-perf.json";
/** Folders that hold data folders by default: the project's, and the system's for root. */
const LOCAL_PARENT = ".postgres";
export const SYSTEM_FOLDER = "/var/lib/chat-perf";
const UNFINISHED = ".unfinished-";

/** Who made a data folder: written into it, and read before anything in it is changed or deleted. */
export interface Marker {
  madeBy: "chat-perf";
  stack: string;
  projectRoot: string;
}

/**
 * Where a stack's data lies when no `dataDir` is configured: in the project, or, where the server's user cannot
 * get there (root, with the checkout below a private home), in a folder of the system named after stack and project.
 */
export function defaultDataDirectory(projectRoot: string, stack: string): string {
  const local = join(resolve(projectRoot), LOCAL_PARENT, stack);
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

/**
 * A new place beside a data folder, where it is built before it is renamed. Each attempt has its own: what an
 * interrupted one started may still be writing into the old.
 */
export function unfinishedDirectory(dataDirectory: string): string {
  return `${dataDirectory}${UNFINISHED}${randomBytes(4).toString("hex")}`;
}

/** The places that interrupted attempts have left. */
export function unfinishedDirectories(dataDirectory: string): string[] {
  const parent = dirname(dataDirectory);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => name.startsWith(`${basename(dataDirectory)}${UNFINISHED}`))
    .map((name) => join(parent, name));
}

/** The marker of a folder, or undefined where there is none or it is not ours. */
export function readMarker(folder: string): Marker | undefined {
  try {
    const marker = JSON.parse(readFileSync(join(folder, MARKER), "utf8")) as Partial<Marker>;
    return marker.madeBy === "chat-perf" ? (marker as Marker) : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") {
      throw new ExpectedError(
        `The data folder ${folder} belongs to another user.`,
        "Run as the user who made it (root, if it was made by root).",
      );
    }
    return undefined;
  }
}

export function writeMarker(folder: string, marker: Marker): void {
  writeServerFile(join(folder, MARKER), `${JSON.stringify(marker, undefined, 2)}\n`);
}

/**
 * Refuses a folder that holds something else than this stack's own data.
 *
 * @throws ExpectedError naming the folder and whose it is
 */
export function assertOwnOrEmpty(dataDirectory: string, { stack, projectRoot }: Marker): void {
  const marker = readMarker(dataDirectory);
  if (marker === undefined) {
    if (isEmpty(dataDirectory)) return;
    throw new ExpectedError(
      `The data folder ${dataDirectory} is not empty and was not made by this program.`,
      "Empty it, or choose another by chat-perf:dataDir.",
    );
  }
  // A folder inside of the project moves with it; one outside may be another checkout's.
  const inside = !relative(projectRoot, dataDirectory).startsWith("..");
  if (marker.stack === stack && (inside || marker.projectRoot === projectRoot)) return;
  throw new ExpectedError(
    `The data folder ${dataDirectory} belongs to stack "${marker.stack}" of ${marker.projectRoot}.`,
    "Choose another by chat-perf:dataDir, or destroy that stack first.",
  );
}

function isEmpty(directory: string): boolean {
  if (!existsSync(directory)) return true;
  try {
    return readdirSync(directory).length === 0;
  } catch (error) {
    throw new ExpectedError(
      `The data folder ${directory} cannot be read: ${(error as Error).message}.`,
      "Choose another by chat-perf:dataDir.",
    );
  }
}

/** The major version of PostgreSQL that made the data folder. Undefined where there is none. */
export function dataVersion(dataDirectory: string): number | undefined {
  const file = join(dataDirectory, "PG_VERSION");
  return existsSync(file) ? Number.parseInt(readFileSync(file, "utf8"), 10) : undefined;
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
  for (const folder of [SYSTEM_FOLDER, ...(basename(parent) === LOCAL_PARENT ? [parent] : [])]) {
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}

/** Deletes a folder with our marker, the marker last: an interrupted deletion can be finished. */
export function removeMarkedFolder(folder: string): void {
  for (const entry of readdirSync(folder)) {
    if (entry !== MARKER) rmSync(join(folder, entry), { recursive: true, force: true, maxRetries: 5 });
  }
  rmSync(join(folder, MARKER));
  rmdirSync(folder);
}

/** Makes a folder, and those above it, which only the server's user may enter. */
export function makeServerFolder(folder: string): void {
  try {
    const user = serverUser();
    mkdirSync(dirname(folder), { recursive: true, mode: user === undefined ? 0o700 : 0o755 });
    mkdirSync(folder, { mode: 0o700 });
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
  } catch (error) {
    throw new ExpectedError(
      `Cannot make the data folder ${folder}: ${(error as Error).message}.`,
      "Choose a folder that can be written to by chat-perf:dataDir.",
    );
  }
}

/** Writes a file for the server, readable by its user alone, at once or not at all. */
export function writeServerFile(path: string, text: string): void {
  const unfinished = join(dirname(path), `.${basename(path)}.unfinished`);
  writeFileSync(unfinished, text, { mode: 0o600 });
  const user = serverUser();
  if (user !== undefined) chownSync(unfinished, user.uid, user.gid);
  renameSync(unfinished, path);
}
