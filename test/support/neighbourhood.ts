import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SystemServer } from "./system-server";

/** Creates a database and a role of another user on a server, with settings of every kind. */
export async function settleNeighbour(server: SystemServer): Promise<void> {
  await server.sql(
    "CREATE ROLE neighbour LOGIN PASSWORD 'neighbour' CONNECTION LIMIT 7 VALID UNTIL '2050-01-01'",
  );
  await server.sql("CREATE DATABASE neighbour OWNER neighbour");
  await server.sql("ALTER ROLE neighbour SET work_mem = '5MB'");
  await server.sql("ALTER ROLE neighbour IN DATABASE neighbour SET search_path = 'public'");
  await server.sql("ALTER DATABASE neighbour SET statement_timeout = '1min'");
  await server.sql("ALTER SYSTEM SET checkpoint_timeout = '7min'");
  await server.sql("SELECT pg_reload_conf()");
  await server.sql(
    `CREATE TABLE letters (id int PRIMARY KEY, text text);
     INSERT INTO letters SELECT n, 'letter ' || n FROM generate_series(1, 1000) AS n;
     CREATE VIEW recent AS SELECT * FROM letters WHERE id > 900;
     GRANT SELECT ON recent TO PUBLIC`,
    "neighbour",
  );
}

/** Everything on a server that does not belong to a stack. It must be the same before and after. */
export interface Neighbourhood {
  dump: string | undefined;
  databases: object[];
  roles: object[];
  memberships: object[];
  settings: object[];
}

/** @param own the names of the stack's database and roles, which are left out */
export async function neighbourhood(server: SystemServer, own: string[]): Promise<Neighbourhood> {
  const names = own.map((name) => `'${name}'`).join(", ");
  return {
    dump: server.dump("neighbour"),
    // Freezing happens automatically, so these columns are left out.
    databases: await server.sql(
      `SELECT to_jsonb(d) - 'datfrozenxid' - 'datminmxid' AS database FROM pg_database d
        WHERE datname NOT IN (${names}) ORDER BY datname`,
    ),
    roles: await server.sql(
      `SELECT r.*, a.rolpassword AS verifier FROM pg_roles r JOIN pg_authid a ON a.oid = r.oid
        WHERE r.rolname NOT IN (${names}) ORDER BY r.rolname`,
    ),
    memberships: await server.sql(
      `SELECT * FROM pg_auth_members WHERE pg_get_userbyid(roleid) NOT IN (${names}) ORDER BY roleid, member`,
    ),
    settings: await server.sql(
      `SELECT setdatabase, setrole, setconfig FROM pg_db_role_setting
        WHERE setrole NOT IN (SELECT oid FROM pg_roles WHERE rolname IN (${names}))
          AND setdatabase NOT IN (SELECT oid FROM pg_database WHERE datname IN (${names}))
        ORDER BY setdatabase, setrole`,
    ),
  };
}

/** The lines that ALTER SYSTEM has written on a server. */
export function alteredSettings({ dataDirectory }: SystemServer): string[] {
  return readFileSync(join(dataDirectory, "postgresql.auto.conf"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .sort();
}
