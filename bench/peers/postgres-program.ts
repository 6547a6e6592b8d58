import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { PeerMissing, type Bench } from "./peer";

/** Runs a program against a database, as its administrator. Returns what it wrote to standard error. */
export type PostgresProgram = (adminUrl: string, args: string[]) => Promise<string>;

/**
 * One of PostgreSQL's client programs.
 *
 * @param debianPackage which package has it, for whoever lacks it
 * @throws PeerMissing when it is not installed
 */
export function postgresProgram(
  name: string,
  debianPackage: string,
  { server, signal }: Pick<Bench, "server" | "signal">,
): PostgresProgram {
  const program = find(name);
  if (program === undefined) {
    throw new PeerMissing(`${name} is not installed.`, `Debian has it in the package \`${debianPackage}\`.`);
  }
  return async (adminUrl, args) => {
    const { hostname, port, pathname } = new URL(adminUrl);
    const { stderr } = await promisify(execFile)(program, args, {
      signal,
      env: {
        ...process.env,
        PGHOST: hostname,
        PGPORT: port,
        PGUSER: "postgres",
        PGDATABASE: pathname.slice(1),
        PGPASSWORD: server.adminPassword,
        // Connections of this project are not encrypted on loopback either.
        PGSSLMODE: "disable",
      },
      maxBuffer: 2 ** 26,
    });
    return stderr;
  };
}

/** Finds a program on the PATH, or in Debian's folder of each version. */
function find(name: string): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter),
    ...versions.map((version) => join(debian, version, "bin")),
  ];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
