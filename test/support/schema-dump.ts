import { execFileSync } from "node:child_process";

/**
 * The major version of the installed pg_dump, which can dump servers up to this version. Undefined when there is none.
 */
export function pgDumpVersion(): number | undefined {
  try {
    return Number(/\d+/.exec(execFileSync("pg_dump", ["--version"], { encoding: "utf8" }))![0]);
  } catch {
    return undefined;
  }
}

/** The schema as `pg_dump --schema-only` prints it, without the random words of its `\\restrict` lines. */
export function schemaDump(url: string): string {
  const dump = execFileSync("pg_dump", ["--schema-only"], {
    encoding: "utf8",
    // Other users can read process arguments, so the environment is used.
    env: { ...process.env, ...connectionEnvironment(url) },
  });
  return dump.replaceAll(/^\\(un)?restrict .*$/gm, "");
}

/** Runs a file with psql and returns its output. */
export function psql(url: string, file: string): string {
  return execFileSync("psql", ["--no-psqlrc", "-f", file], {
    encoding: "utf8",
    env: { ...process.env, ...connectionEnvironment(url) },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function connectionEnvironment(url: string): Record<string, string> {
  const { hostname, port, pathname, username, password } = new URL(url);
  return {
    PGHOST: hostname,
    PGPORT: port,
    PGDATABASE: pathname.slice(1),
    PGUSER: username,
    PGPASSWORD: password,
    PGSSLMODE: "disable",
  };
}
