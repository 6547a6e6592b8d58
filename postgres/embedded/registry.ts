import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { userCache } from "../../common/user-cache";
import { shortHash } from "./data-directory";
import { statItself } from "./server-files";

/**
 * Records the path of a data folder in the user's cache, so that the server is found even when no state contains it. If
 * the cache is not writable, nothing is recorded.
 */
export function rememberFolder(dataDirectory: string): void {
  try {
    mkdirSync(registry(), { recursive: true, mode: 0o700 });
    writeFileSync(entryOf(dataDirectory), dataDirectory, { mode: 0o600 });
  } catch {
    // The server is still found in the default folders, and while it runs.
  }
}

/** Removes the record of a data folder that was deleted. */
export function forgetFolder(dataDirectory: string): void {
  try {
    rmSync(entryOf(dataDirectory), { force: true });
  } catch {
    // A record without a folder is ignored.
  }
}

/** The absolute paths of the recorded data folders. Some may no longer exist. */
export function rememberedFolders(): string[] {
  try {
    return readdirSync(registry()).map((name) => readFileSync(join(registry(), name), "utf8"));
  } catch {
    return [];
  }
}

/** Removes the records of data folders that somebody deleted by hand. */
export function forgetDeletedFolders(): void {
  rememberedFolders().filter(isDeleted).forEach(forgetFolder);
}

function isDeleted(folder: string): boolean {
  try {
    return statItself(folder) === undefined;
  } catch {
    // It is in a folder that only another user may enter.
    return false;
  }
}

function registry(): string {
  return join(userCache(), "servers");
}

function entryOf(dataDirectory: string): string {
  return join(registry(), shortHash(dataDirectory));
}
