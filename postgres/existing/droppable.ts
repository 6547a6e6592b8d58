import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import { withAdministrator } from "../connection";
import { requireSameServer } from "./identity";

/** The objects of a stack on an existing server. */
export interface OwnNames {
  /** PostgreSQL's system identifier, which distinguishes servers whatever their address is. */
  systemIdentifier: string;
  database: string;
  roles: string[];
}

/** A dependency between a role of the stack and a database that does not belong to the stack. */
interface Dependency {
  role: string;
  database: string;
  /** `pg_shdepend.deptype`: the role owns the object, or has rights on it, or a policy names the role. */
  kind: string;
  classid: number;
  objid: number;
  objsubid: number;
  /** The system catalog of the object, e.g. `pg_class`. */
  catalogue: string;
}

/** The largest number of objects in a message, so that the remedy stays visible. */
const MOST_NAMED = 10;

/**
 * Proves that all objects of the stack on the server can be dropped, before the first one is dropped. A role cannot be
 * dropped while it owns an object or has rights in another database. A database cannot be dropped while replication or
 * a prepared transaction uses it.
 *
 * @param adminUrl the URL of the database `postgres`
 * @throws ExpectedError with each obstacle, or when this is not the server of the stack
 */
export async function assertDroppable(adminUrl: string, own: OwnNames): Promise<void> {
  const { where, obstacles, roles } = await withAdministrator(adminUrl, async (client) => {
    const where = `${client.host}:${client.port}`;
    await requireSameServer(client, own.systemIdentifier);
    const dependencies = await dependenciesElsewhere(client, own);
    const obstacles = [...(await usesOf(client, own.database)), ...(await described(adminUrl, dependencies))];
    return { where, obstacles, roles: [...new Set(dependencies.map(({ role }) => role))] };
  });
  if (obstacles.length === 0) return;
  const named = obstacles.slice(0, MOST_NAMED).map((each) => `\n  - ${each}`);
  const more = obstacles.length > MOST_NAMED ? `\n  - and ${obstacles.length - MOST_NAMED} more` : "";
  const remedies = [
    ...(roles.length > 0
      ? [
          `Run this in each of these databases, which gives the objects of the roles to you and removes their rights: ${roles
            .map((role) => `\`REASSIGN OWNED BY "${role}" TO CURRENT_USER; DROP OWNED BY "${role}"\``)
            .join(" and ")}.`,
        ]
      : []),
    ...(obstacles.some((each) => each.startsWith("database"))
      ? ["Drop the replication slot or subscription, or end the prepared transaction."]
      : []),
  ];
  throw new ExpectedError(
    `The stack cannot be removed from the server ${where}, and nothing was deleted:${named.join("")}${more}`,
    `${remedies.join(" ")} Then run the same command again.`,
  );
}

/**
 * The objects that the roles own or have rights on, in databases that stay. The plugins handle the database `postgres`
 * themselves.
 */
async function dependenciesElsewhere(client: Client, { database, roles }: OwnNames): Promise<Dependency[]> {
  const { rows } = await client.query<Dependency>(
    `SELECT rolname AS role, datname AS database, deptype AS kind, classid, objid, objsubid,
            classid::regclass::text AS catalogue
       FROM pg_catalog.pg_shdepend
       JOIN pg_catalog.pg_roles ON pg_roles.oid = refobjid
       JOIN pg_catalog.pg_database ON pg_database.oid = dbid
      WHERE refclassid = 'pg_catalog.pg_authid'::regclass AND rolname = ANY ($1)
        AND datname NOT IN ($2, current_database())
      ORDER BY 1, 2, deptype <> 'o', classid, objid, objsubid`,
    [roles, database],
  );
  return rows;
}

/** Describes the dependencies. Only a session of a database can look up the names of its objects. */
async function described(adminUrl: string, dependencies: readonly Dependency[]): Promise<string[]> {
  const found: string[] = [];
  for (const database of new Set(dependencies.map(({ database }) => database))) {
    const here = dependencies.filter((each) => each.database === database);
    const names = await namesIn(adminUrl, database, here);
    here.forEach(({ role, kind }, index) => {
      found.push(`role "${role}" ${verbs[kind] ?? "is tied to"} ${names[index]!} in database "${database}"`);
    });
  }
  return found;
}

const verbs: Readonly<Record<string, string>> = {
  o: "owns",
  a: "has rights on",
  i: "has rights on",
  r: "is named by",
};

async function namesIn(
  adminUrl: string,
  database: string,
  dependencies: readonly Dependency[],
): Promise<string[]> {
  const url = new URL(adminUrl);
  url.pathname = encodeURIComponent(database);
  return withAdministrator(url.href, async (client) => {
    const { rows } = await client.query<{ name: string | null }>(
      `SELECT pg_catalog.pg_describe_object(c, o, s) AS name
         FROM unnest($1::oid[], $2::oid[], $3::int[]) WITH ORDINALITY AS object (c, o, s, position) ORDER BY position`,
      [
        dependencies.map(({ classid }) => classid),
        dependencies.map(({ objid }) => objid),
        dependencies.map(({ objsubid }) => objsubid),
      ],
    );
    return rows.map(({ name }, index) => name ?? `an object of ${dependencies[index]!.catalogue}`);
    // The names cannot be read when nobody may connect to the database.
  }).catch(() => dependencies.map(({ catalogue }) => `an object of ${catalogue}`));
}

/** The uses that prevent the stack's database from being dropped, even after its sessions are ended. */
async function usesOf(client: Client, database: string): Promise<string[]> {
  const { rows } = await client.query<{ use: string }>(
    `SELECT 'the replication slot "' || slot_name || '"' AS use
       FROM pg_catalog.pg_replication_slots WHERE database = $1
     UNION ALL
     SELECT 'the prepared transaction "' || gid || '"' FROM pg_catalog.pg_prepared_xacts WHERE database = $1
     UNION ALL
     SELECT 'the subscription "' || subname || '"' FROM pg_catalog.pg_subscription
       JOIN pg_catalog.pg_database ON pg_database.oid = subdbid WHERE datname = $1
     ORDER BY 1`,
    [database],
  );
  return rows.map(({ use }) => `database "${database}" is used by ${use}`);
}
