import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Log } from "../../common/progress";
import { shortHash, SYSTEM_FOLDER } from "./data-directory";
import { release } from "./releases";
import { makeFolders } from "./server-files";
import { canReach, serverUser } from "./server-user";

/** The programs of one PostgreSQL release. */
export interface Binaries {
  initdb: string;
  pgCtl: string;
  /** The npm package's version, e.g. `18.4.0-beta.17`. */
  version: string;
}

/**
 * Finds the programs of a major version. Where the server's user cannot reach them (root, with the checkout or the
 * cache below a private home), the data folder gets a copy of its own, which goes with it.
 *
 * @throws ExpectedError when the release is missing, incomplete, or cannot be fetched
 */
export async function locateBinaries(major: number, dataDirectory: string, log: Log): Promise<Binaries> {
  const { folder, version } = await release(major, log);
  const bin = join(folder, "bin");
  const found = programs(bin, version);
  const needed = [found.initdb, found.pgCtl, join(folder, "lib"), join(folder, "share")];
  if (needed.every((path) => canReach(serverUser(), path))) return found;
  const copy = `${copiesOf(dataDirectory)}${version}`;
  if (!existsSync(copy)) {
    log(`Copying PostgreSQL ${version} to ${copy}, where the server's user can run it`);
    copyForEverybody(folder, copy);
  }
  return programs(join(copy, "bin"), version);
}

/** Removes the copies that a data folder has, finished or not. */
export function removeBinaries(dataDirectory: string): void {
  if (!existsSync(SYSTEM_FOLDER)) return;
  for (const name of readdirSync(SYSTEM_FOLDER)) {
    const copy = join(SYSTEM_FOLDER, name);
    if (copy.startsWith(copiesOf(dataDirectory))) rmSync(copy, { recursive: true, force: true });
  }
}

/** The beginning of the paths of a data folder's copies; the version follows. */
function copiesOf(dataDirectory: string): string {
  return join(SYSTEM_FOLDER, `programs-${shortHash(dataDirectory)}-`);
}

function programs(bin: string, version: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return { initdb: join(bin, `initdb${suffix}`), pgCtl: join(bin, `pg_ctl${suffix}`), version };
}

/** Copies under another name and renames, so that no half a copy is ever run. */
function copyForEverybody(source: string, target: string): void {
  makeFolders(dirname(target), 0o755);
  const unfinished = mkdtempSync(`${target}.`);
  try {
    cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true });
    openToEverybody(unfinished);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another run was first: its copy is as good.
    if (!existsSync(target)) throw error;
  }
}

function openToEverybody(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToEverybody(path);
    else if (entry.isFile()) chmodSync(path, folder.endsWith("bin") ? 0o755 : 0o644);
  }
}
