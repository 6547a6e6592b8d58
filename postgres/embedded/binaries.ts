import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Log } from "../../common/progress";
import { shortHash, SYSTEM_FOLDER } from "./data-directory";
import { release, serverVersion } from "./releases";
import { makeFolders } from "./server-files";
import { canReach, serverUser } from "./server-user";

/** The paths of the programs of one PostgreSQL release. */
export interface Binaries {
  initdb: string;
  pgCtl: string;
  /** The version of the npm package, e.g. `18.4.0-beta.17`. */
  version: string;
}

/**
 * Finds the programs of a major version. When root runs this and the project or the cache is below a private home, the
 * server's user cannot reach them. The data folder then gets its own copy, which is removed with it.
 *
 * @throws ExpectedError when the release is missing, incomplete, or cannot be downloaded
 */
export async function locateBinaries(major: number, dataDirectory: string, log: Log): Promise<Binaries> {
  const { folder, version } = await release(major, log);
  const bin = join(folder, "bin");
  const found = programs(bin, version);
  const needed = [found.initdb, found.pgCtl, join(folder, "lib"), join(folder, "share")];
  if (needed.every((path) => canReach(serverUser(), path))) return found;
  const copy = `${copiesOf(dataDirectory)}${version}`;
  if (!existsSync(copy)) {
    log(
      `Copying PostgreSQL ${serverVersion(version)} to ${copy}, because the server's user cannot reach the original`,
    );
    copyForAllUsers(folder, copy);
  }
  return programs(join(copy, "bin"), version);
}

/** Removes all copies that were made for a data folder, also unfinished ones. */
export function removeBinaries(dataDirectory: string): void {
  if (!existsSync(SYSTEM_FOLDER)) return;
  for (const name of readdirSync(SYSTEM_FOLDER)) {
    const copy = join(SYSTEM_FOLDER, name);
    if (copy.startsWith(copiesOf(dataDirectory))) rmSync(copy, { recursive: true, force: true });
  }
}

/** The common prefix of the paths of a data folder's copies. The version follows it. */
function copiesOf(dataDirectory: string): string {
  return join(SYSTEM_FOLDER, `programs-${shortHash(dataDirectory)}-`);
}

function programs(bin: string, version: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return { initdb: join(bin, `initdb${suffix}`), pgCtl: join(bin, `pg_ctl${suffix}`), version };
}

/** Copies to a temporary name and renames it, so that an incomplete copy is never run. */
function copyForAllUsers(source: string, target: string): void {
  makeFolders(dirname(target), 0o755);
  const unfinished = mkdtempSync(`${target}.`);
  try {
    cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true });
    makeReadable(unfinished);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // If another run was faster, its copy is used.
    if (!existsSync(target)) throw error;
  }
}

function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(path);
    else if (entry.isFile()) chmodSync(path, folder.endsWith("bin") ? 0o755 : 0o644);
  }
}
