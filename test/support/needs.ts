import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import type { Context } from "mocha";
import Docker from "dockerode";
import { findBrowser } from "./browser";
import { testImageIsThere } from "./docker-image";
import { pgDumpVersion } from "./schema-dump";
import { skip } from "./skips";

/** A program or a right that some tests need and some machines do not have. */
interface Need {
  /** The words for its absence, e.g. `no psql`. */
  missing: string;
  /** The way to get it. */
  remedy: string;
  isThere(): boolean | Promise<boolean>;
}

/**
 * The Python with the packages with which the statistics are compared: `CHAT_PERF_PYTHON`, or `python3` on the PATH.
 */
export const python = process.env.CHAT_PERF_PYTHON ?? "python3";
/** The folder in which Debian's packages install the programs of each version of PostgreSQL. */
const SYSTEM_SERVERS = "/usr/lib/postgresql";
const isRoot = process.getuid?.() === 0;

/** All needs, by the names that `CHAT_PERF_REQUIRE` and `CHAT_PERF_WITHHOLD` use. */
const catalogue = {
  docker: {
    missing: "no Docker Engine",
    remedy: "start it, or set DOCKER_HOST",
    isThere: async () => (await new Docker().ping()) !== undefined,
  },
  image: {
    missing: "no image of PostgreSQL for the Docker Engine",
    remedy: "run once as root, with debootstrap installed: `apt-get install debootstrap`",
    isThere: async () => (isRoot && runs("debootstrap", "--version")) || testImageIsThere(),
  },
  hosts: {
    missing: "no network namespaces",
    remedy: "run as root, with iproute2 installed: `apt-get install iproute2`",
    isThere: () => isRoot && runs("ip", "-V"),
  },
  psql: {
    missing: "no psql",
    remedy: "`apt-get install postgresql-client`",
    isThere: () => runs("psql", "--version"),
  },
  pg_dump: {
    missing: "no pg_dump of PostgreSQL 14 or newer",
    remedy: "`apt-get install postgresql-client`",
    isThere: () => (pgDumpVersion() ?? 0) >= 14,
  },
  // Tests of existing servers use npm's PostgreSQL when the system has none.
  "system-server": {
    missing: "no PostgreSQL server of the system's packages",
    remedy: "`apt-get install postgresql`",
    isThere: () => systemServers().length > 0,
  },
  hypopg: {
    missing: "no extension hypopg in the system's newest PostgreSQL",
    remedy: "`apt-get install postgresql-<version>-hypopg`",
    isThere: () =>
      existsSync(`/usr/share/postgresql/${systemServers()[0]?.version ?? ""}/extension/hypopg.control`),
  },
  browser: {
    missing: "no Chromium",
    remedy: "`apt-get install chromium`, or name one by CHROMIUM",
    isThere: () => findBrowser() !== undefined,
  },
  python: {
    missing: "no Python with powerlaw and scipy",
    remedy: "`pip install powerlaw scipy`, or name one by CHAT_PERF_PYTHON",
    isThere: () => runs(python, "-c", "import powerlaw, scipy"),
  },
  root: {
    missing: "not root",
    remedy: "run as root",
    isThere: () => isRoot,
  },
  user: {
    missing: "not an ordinary user",
    remedy: "run as an ordinary user, to whom files can be closed",
    isThere: () => !isRoot,
  },
  linux: {
    missing: "no /proc",
    remedy: "run on Linux",
    isThere: () => existsSync("/proc/self/status"),
  },
  mount: {
    missing: "no right to mount file systems",
    remedy: "run as root, in a container with CAP_SYS_ADMIN",
    isThere: () => isRoot && mayMount(),
  },
} satisfies Record<string, Need>;

export type NeedName = keyof typeof catalogue;

const found = new Map<NeedName, Promise<boolean>>();

/** Skips the tests of the surrounding suite if one of the needs is not met. It must be called first in the suite. */
export function needs(...names: NeedName[]): void {
  before(function () {
    // Mocha calls the hooks of a suite also when a suite around it was skipped.
    if (this.test!.parent!.isPending()) return;
    return skipWithout(this, ...names);
  });
}

/**
 * Skips a test if one of the needs is not met.
 *
 * @throws when the missing need is in `CHAT_PERF_REQUIRE`
 */
export async function skipWithout(context: Context, ...names: NeedName[]): Promise<void> {
  for (const name of names) {
    if (await isThere(name)) continue;
    const { missing, remedy } = catalogue[name];
    if (namesIn("CHAT_PERF_REQUIRE").has(name))
      throw new Error(`There is ${missing} here, and CHAT_PERF_REQUIRE names ${name}: ${remedy}.`);
    skip(context, `${missing} (${remedy})`);
  }
}

/** Whether a need is met and not withheld. */
export function isThere(name: NeedName): Promise<boolean> {
  if (namesIn("CHAT_PERF_WITHHOLD").has(name)) return Promise.resolve(false);
  const known = found.get(name) ?? look(catalogue[name]);
  found.set(name, known);
  return known;
}

/**
 * The needs in an environment variable, which are separated by commas. `all` means all of them.
 *
 * @throws when it contains an unknown name
 */
export function namesIn(variable: "CHAT_PERF_REQUIRE" | "CHAT_PERF_WITHHOLD"): Set<NeedName> {
  const all = Object.keys(catalogue) as NeedName[];
  const given = (process.env[variable] ?? "").split(",").map((name) => name.trim());
  if (given.includes("all")) return new Set(all);
  const names = given.filter((name) => name !== "");
  const unknown = names.filter((name) => !all.includes(name as NeedName));
  if (unknown.length > 0)
    throw new Error(
      `${variable} has the unknown name ${unknown.join(", ")}. The names are: ${all.join(", ")}.`,
    );
  return new Set(names as NeedName[]);
}

/** The servers from the system's packages, the newest first. */
export function systemServers(): { version: number; bin: string }[] {
  if (!existsSync(SYSTEM_SERVERS)) return [];
  return readdirSync(SYSTEM_SERVERS)
    .map(Number)
    .sort((one, other) => other - one)
    .map((version) => ({ version, bin: `${SYSTEM_SERVERS}/${version}/bin` }))
    .filter(({ bin }) => existsSync(`${bin}/initdb`));
}

async function look(need: Need): Promise<boolean> {
  try {
    return await need.isThere();
  } catch {
    // For example, DOCKER_HOST may be malformed.
    return false;
  }
}

function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether this process may mount a file system in a new mount namespace. The mount disappears when the only process of
 * the namespace ends.
 */
function mayMount(): boolean {
  return runs("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
}
