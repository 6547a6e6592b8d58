import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import { withAdministrator } from "../connection";
import { requireSameServer } from "./identity";

/** What a stack has on a server that others use too. */
export interface OwnNames {
  /** Tells servers apart, whatever name they are reached by. */
  systemIdentifier: string;
  database: string;
  roles: string[];
}

/** What ties a role to a database that is not the stack's. */
interface Tie {
  role: string;
  database: string;
  /** `pg_shdepend.deptype`: the role owns the object, or has rights on it, or a policy names the role. */
  kind: string;
  classid: number;
  objid: number;
  objsubid: number;
  /** The catalogue that the object is in, e.g. `pg_class`. */
  catalogue: string;
}

/** Objects that a message names; more of them would hide what to do. */
const MOST_NAMED = 10;

/**
 * Proves that everything which the stack has on the server can be dropped, before the first of it is: half a stack
 * helps nobody. A role cannot be dropped as long as it owns something, or has rights, in another database; a database
 * not as long as replication or a prepared transaction uses it.
 *
 * @param adminUrl of the database `postgres`
 * @throws ExpectedError with each obstacle, or when this is another server than the one that the stack lives on
 */
export async function assertDroppable(adminUrl: string, own: OwnNames): Promise<void> {
  const { where, obstacles, roles } = await withAdministrator(adminUrl, async (client) => {
    const where = `${client.host}:${client.port}`;
    await requireSameServer(client, own.systemIdentifier);
    const ties = await tiesElsewhere(client, own);
    const obstacles = [...(await usesOf(client, own.database)), ...(await described(adminUrl, ties))];
    return { where, obstacles, roles: [...new Set(ties.map(({ role }) => role))] };
  });
  if (obstacles.length === 0) return;
  const named = obstacles.slice(0, MOST_NAMED).map((each) => `\n  - ${each}`);
  const more = obstacles.length > MOST_NAMED ? `\n  - and ${obstacles.length - MOST_NAMED} more` : "";
  const remedies = [
    ...(roles.length > 0
      ? [
          `Give away what the roles have, in each of these databases: ${roles
            .map((role) => `\`REASSIGN OWNED BY "${role}" TO CURRENT_USER; DROP OWNED BY "${role}"\``)
            .join(" and ")}.`,
        ]
      : []),
    ...(obstacles.some((each) => each.startsWith("database"))
      ? ["Drop the slot or subscription, or end the prepared transaction."]
      : []),
  ];
  throw new ExpectedError(
    `The stack cannot leave the server ${where}, and nothing of it was deleted:${named.join("")}${more}`,
    `${remedies.join(" ")} Then run the same command again.`,
  );
}

/** What the roles own, or have rights on, in databases that stay. The plugins clear out `postgres` themselves. */
async function tiesElsewhere(client: Client, { database, roles }: OwnNames): Promise<Tie[]> {
  const { rows } = await client.query<Tie>(
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

/** Only a database's own sessions can tell what its objects are called. */
async function described(adminUrl: string, ties: readonly Tie[]): Promise<string[]> {
  const found: string[] = [];
  for (const database of new Set(ties.map((tie) => tie.database))) {
    const here = ties.filter((tie) => tie.database === database);
    const names = await namesIn(adminUrl, database, here);
    here.forEach((tie, index) => {
      found.push(
        `role "${tie.role}" ${verbs[tie.kind] ?? "is tied to"} ${names[index]!} in database "${database}"`,
      );
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

async function namesIn(adminUrl: string, database: string, ties: readonly Tie[]): Promise<string[]> {
  const url = new URL(adminUrl);
  url.pathname = encodeURIComponent(database);
  return withAdministrator(url.href, async (client) => {
    const { rows } = await client.query<{ name: string | null }>(
      `SELECT pg_catalog.pg_describe_object(c, o, s) AS name
         FROM unnest($1::oid[], $2::oid[], $3::int[]) WITH ORDINALITY AS object (c, o, s, position) ORDER BY position`,
      [
        ties.map(({ classid }) => classid),
        ties.map(({ objid }) => objid),
        ties.map(({ objsubid }) => objsubid),
      ],
    );
    return rows.map(({ name }, index) => name ?? `an object of ${ties[index]!.catalogue}`);
    // A database that nobody may connect to keeps its names to itself.
  }).catch(() => ties.map(({ catalogue }) => `an object of ${catalogue}`));
}

/** What keeps the stack's database from being dropped, whoever is thrown out of it. */
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
