import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";

/** Facts about a server and about the role that has logged in. */
export interface Facts {
  /** The major version, e.g. 16. */
  majorVersion: number;
  systemIdentifier: string;
  /**
   * `max_connections` without the connections that are reserved for superusers and other roles with special attributes.
   */
  sessions: number;
  inRecovery: boolean;
  readOnly: boolean;
  user: string;
  superuser: boolean;
  /** The attributes that provisioning needs and the role does not have. */
  lacks: string[];
  databases: string[];
  roles: string[];
}

const OLDEST = 14;
/** Since this version the owner of a database also owns its schema `public`. */
const OLDEST_WITHOUT_SUPERUSER = 15;

export async function readFacts(client: Client): Promise<Facts> {
  const { rows } = await client.query<Facts>(
    `SELECT current_setting('server_version_num')::int / 10000 AS "majorVersion",
            (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
            (SELECT sum(CASE name WHEN 'max_connections' THEN setting::int ELSE -setting::int END)::int
               FROM pg_settings WHERE name ~ 'max_connections$|reserved_connections$') AS sessions,
            pg_is_in_recovery() AS "inRecovery",
            current_setting('default_transaction_read_only')::bool AS "readOnly",
            rolname AS user, rolsuper AS superuser,
            array_remove(ARRAY[CASE WHEN NOT rolcreatedb THEN 'CREATEDB' END,
                               CASE WHEN NOT rolcreaterole THEN 'CREATEROLE' END,
                               CASE WHEN NOT rolinherit THEN 'INHERIT' END], NULL) AS lacks,
            ARRAY(SELECT datname::text FROM pg_database ORDER BY 1) AS databases,
            ARRAY(SELECT rolname::text FROM pg_roles ORDER BY 1) AS roles
       FROM pg_roles WHERE rolname = current_user`,
  );
  return rows[0]!;
}

/**
 * @param version the version as the server shows it, e.g. `9.6.24`
 * @throws ExpectedError when the version is not supported
 */
export function requireVersion(version: string): void {
  if (Number.parseInt(version, 10) >= OLDEST) return;
  throw new ExpectedError(
    `The server runs PostgreSQL ${version}. The oldest supported version is ${OLDEST}.`,
    "Upgrade the server, or use another one.",
  );
}

/** @throws ExpectedError when the server accepts no changes, or the role may not make them */
export function requireUsable(facts: Facts): void {
  const { majorVersion, inRecovery, readOnly, user, superuser, lacks } = facts;
  if (inRecovery) {
    throw new ExpectedError(
      "The server is in recovery: it is a read-only replica, or it is being restored.",
      "Set chat-perf:host to the primary server.",
    );
  }
  if (readOnly) {
    throw new ExpectedError(
      `Transactions of role "${user}" are read-only: default_transaction_read_only is on.`,
      `Switch it off for the server, or for the role: SET default_transaction_read_only = off; ALTER ROLE "${user}" SET default_transaction_read_only = off;`,
    );
  }
  if (superuser) return;
  if (lacks.length > 0) {
    throw new ExpectedError(
      `The role "${user}" cannot create the stack, because it lacks ${lacks.join(" and ")}.`,
      `As a superuser: ALTER ROLE "${user}" ${lacks.join(" ")}; or set chat-perf:adminUser to a role that has them.`,
    );
  }
  if (majorVersion < OLDEST_WITHOUT_SUPERUSER) {
    throw new ExpectedError(
      `On PostgreSQL ${majorVersion}, only a superuser may restrict the schema public, and "${user}" is not a superuser.`,
      `Set chat-perf:adminUser to a superuser, or use a server with PostgreSQL ${OLDEST_WITHOUT_SUPERUSER} or newer.`,
    );
  }
}

/** @throws ExpectedError with the names of the plan that already exist on the server */
export function requireFreeNames(
  facts: Facts,
  plan: { database: string; roles: string[] },
  own: { database: string; roles: string[] } = { database: "", roles: [] },
): void {
  const taken = [
    ...(facts.databases.includes(plan.database) && plan.database !== own.database
      ? [`database "${plan.database}"`]
      : []),
    ...plan.roles
      .filter((role) => facts.roles.includes(role) && !own.roles.includes(role))
      .map((role) => `role "${role}"`),
  ];
  if (taken.length === 0) return;
  throw new ExpectedError(
    `The server already has ${taken.join(" and ")}, which this stack did not create. Nothing was changed.`,
    "All names are derived from the name of the stack, which `pulumi stack rename NAME` changes. Objects that are no longer needed can be " +
      "dropped, or renamed on the server: ALTER DATABASE or ALTER ROLE … RENAME TO ….",
  );
}
