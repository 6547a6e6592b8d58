import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { userCache } from "../../common/user-cache";
import { shortHash } from "./data-directory";

/**
 * Writes down in the user's cache where a server's data folder is, so that it is found again when no state knows it. A
 * server does without where the cache cannot be written.
 */
export function rememberFolder(dataDirectory: string): void {
  try {
    mkdirSync(registry(), { recursive: true, mode: 0o700 });
    writeFileSync(entryOf(dataDirectory), dataDirectory, { mode: 0o600 });
  } catch {
    // It is still found where data folders are by default, and while it runs.
  }
}

/** Forgets a data folder that was removed. */
export function forgetFolder(dataDirectory: string): void {
  try {
    rmSync(entryOf(dataDirectory), { force: true });
  } catch {
    // An entry without its folder is passed over.
  }
}

/** Absolute paths of the data folders that were written down; some may be gone by now. */
export function rememberedFolders(): string[] {
  try {
    return readdirSync(registry()).map((name) => readFileSync(join(registry(), name), "utf8"));
  } catch {
    return [];
  }
}

function registry(): string {
  return join(userCache(), "servers");
}

function entryOf(dataDirectory: string): string {
  return join(registry(), shortHash(dataDirectory));
}
