import { chmodSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";

/** All of libpq's variables that could lead a connection elsewhere or change what it does. */
const LIBPQ = {
  PGHOST: "192.0.2.1",
  PGHOSTADDR: "192.0.2.1",
  PGPORT: "1",
  PGUSER: "nobody",
  PGPASSWORD: "wrong",
  PGPASSFILE: "/nowhere",
  PGDATABASE: "elsewhere",
  PGOPTIONS: "-c default_transaction_read_only=on -c search_path=nowhere",
  PGSSLMODE: "verify-full",
  PGSSLROOTCERT: "/nowhere",
  PGSSLNEGOTIATION: "direct",
  PGSERVICE: "nowhere",
  PGSERVICEFILE: "/nowhere",
  PGTARGETSESSIONATTRS: "standby",
  PGAPPNAME: "somebody else",
  PGCONNECT_TIMEOUT: "1",
  PGCLIENTENCODING: "SQL_ASCII",
  PGTZ: "Asia/Tokyo",
  PGDATESTYLE: "German",
  PGREQUIREAUTH: "gss",
  PGGSSENCMODE: "require",
  PGCHANNELBINDING: "require",
  PGDATA: "/nowhere",
};

/** An environment in which commands must do the same as in any other. */
export interface HostileEnvironment {
  title: string;
  /**
   * Variables that it sets or, with `undefined`, lacks.
   *
   * @param folder an empty folder for what they name
   */
  variables?: (folder: string) => NodeJS.ProcessEnv;
  /** Octal. Default: 022 */
  umask?: string;
  /** Files that a process may have open. */
  openFiles?: number;
  /** Who runs the commands. Default: the user of the tests */
  user?: "root" | "ordinary";
}

/** With it, paths of sockets are longer than systems allow. */
const longTemporary = join("temporary files", "x".repeat(100));

/**
 * Environments that differ from a plain one. Two differences share one, because each stack takes seconds, where neither
 * can hide what the other one does.
 */
export const hostileEnvironments: HostileEnvironment[] = [
  {
    title: "that sets all variables of libpq to wrong values, and where a process may have 256 files open",
    variables: () => LIBPQ,
    openFiles: 256,
  },
  {
    title: "whose locale is C, and where another one is not installed, in another time zone",
    variables: () => ({ LANG: "C", LC_ALL: "xx_XX.UTF-8", TZ: "Asia/Kathmandu" }),
  },
  {
    title: "without a home, that gives Node.js options",
    variables: () => ({ HOME: undefined, NODE_OPTIONS: "--max-old-space-size=1024 --no-warnings" }),
  },
  {
    title: "with a long temporary folder that has spaces, and without PostgreSQL's programs on the PATH",
    variables: (folder) => ({ TMPDIR: made(folder, longTemporary), PATH: pathWithoutPostgres(folder) }),
  },
  {
    title: "whose home cannot be written to, and where a user's new files are open to everybody",
    user: "ordinary",
    umask: "0",
    variables: (folder) => ({ HOME: made(folder, "home", 0o555) }),
  },
  { title: "where a user's new files are closed to everybody else", user: "ordinary", umask: "077" },
  { title: "where root's new files are open to everybody", user: "root", umask: "0" },
  { title: "where root's new files are closed to everybody else", user: "root", umask: "077" },
];

/** All of them in one, as far as one process can have them. */
export const everythingAtOnce: HostileEnvironment = {
  title: "with all of that",
  umask: "077",
  openFiles: 256,
  variables: (folder) => ({
    ...LIBPQ,
    LANG: "C",
    LC_ALL: "xx_XX.UTF-8",
    TZ: "Asia/Kathmandu",
    HOME: undefined,
    TMPDIR: made(folder, longTemporary),
    PATH: pathWithoutPostgres(folder),
    NODE_OPTIONS: "--max-old-space-size=1024 --no-warnings",
    FORCE_COLOR: "1",
    CI: "true",
  }),
};

function made(folder: string, name: string, mode = 0o777): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  return path;
}

/** A PATH with the system's programs and Node.js, but none of PostgreSQL's. */
function pathWithoutPostgres(folder: string): string {
  const programs = made(folder, "bin");
  symlinkSync(process.execPath, join(programs, "node"));
  for (const name of readdirSync("/usr/bin")) {
    if (!/^(node|psql|pg_.*|postgres|initdb)$/.test(name))
      symlinkSync(join("/usr/bin", name), join(programs, name));
  }
  return [programs, "/sbin"].join(delimiter);
}
