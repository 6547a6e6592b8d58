import { execFileSync } from "node:child_process";

/** Major version of the installed pg_dump, which dumps servers up to its own; undefined where there is none. */
export function pgDumpVersion(): number | undefined {
  try {
    return Number(/\d+/.exec(execFileSync("pg_dump", ["--version"], { encoding: "utf8" }))![0]);
  } catch {
    return undefined;
  }
}

/** The whole schema as `pg_dump --schema-only` has it, without the random words of its `\restrict`. */
export function schemaDump(url: string): string {
  const dump = execFileSync("pg_dump", ["--schema-only"], {
    encoding: "utf8",
    // By the environment, as process arguments can be read by others.
    env: { ...process.env, ...connectionEnvironment(url) },
  });
  return dump.replaceAll(/^\\(un)?restrict .*$/gm, "");
}

/** Runs a file by psql. Returns everything that it printed. */
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
