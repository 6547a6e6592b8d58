import type { Client } from "pg";
import { ExpectedError } from "../common/errors";
import { quoteIdentifier, quoteLiteral, withAdministrator } from "./connection";

/**
 * Checks that the server has pg_stat_statements installed and preloaded. An extension that is not preloaded can be
 * created but not read.
 *
 * @throws ExpectedError with the remedy
 */
export async function assertStatStatementsPreloaded(adminUrl: string): Promise<void> {
  const { available, libraries } = await withAdministrator(adminUrl, async (client) => {
    const { rows } = await client.query<{ available: boolean; libraries: string }>(
      `SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') AS available,
              current_setting('shared_preload_libraries') AS libraries`,
    );
    return rows[0]!;
  });
  if (!available) {
    throw new ExpectedError(
      "pg_stat_statements extension not available: it is not installed on the server.",
      "Install PostgreSQL's contrib package (Debian: postgresql-contrib), then run the same command again.",
    );
  }
  if (libraries.split(",").some((library) => library.trim().split("/").at(-1) === "pg_stat_statements"))
    return;
  const wanted = [...libraries.split(",").map((library) => library.trim()), "pg_stat_statements"]
    .filter((library) => library !== "")
    .map(quoteLiteral)
    .join(", ");
  throw new ExpectedError(
    `pg_stat_statements extension not available: shared_preload_libraries is '${libraries}'.`,
    `As superuser, run \`ALTER SYSTEM SET shared_preload_libraries = ${wanted}\`. Then restart PostgreSQL and run the same command again.`,
  );
}

/**
 * Resets the query statistics of a database and proves that they can be read.
 *
 * @param url the administrator's URL of the database that has the extension
 * @throws ExpectedError when the statistics cannot be read
 */
export async function resetStatistics(url: string): Promise<void> {
  await assertStatStatementsPreloaded(url);
  await withAdministrator(url, async (client) => {
    if (await resetStatisticsOf(client)) return;
    throw new ExpectedError(
      `pg_stat_statements extension not available in database "${client.database ?? ""}".`,
      "As superuser in that database: CREATE EXTENSION pg_stat_statements; then run the same command again.",
    );
  });
}

/**
 * Resets the query statistics of this database only, because other databases of the server may belong to other stacks.
 *
 * The owner of the database can create functions of the same name in the extension's schema. All arguments are
 * therefore given with their exact types, so that no other function is a better match than the extension's.
 *
 * @returns false when the database does not have the extension
 */
export async function resetStatisticsOf(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ schema: string; arguments: number }>(
    `SELECT nspname AS schema, pronargs AS arguments
       FROM pg_extension
       JOIN pg_depend ON refclassid = 'pg_extension'::regclass AND refobjid = pg_extension.oid AND deptype = 'e'
       JOIN pg_proc ON classid = 'pg_proc'::regclass AND objid = pg_proc.oid
       JOIN pg_namespace ON pg_namespace.oid = pronamespace
      WHERE extname = 'pg_stat_statements' AND proname = 'pg_stat_statements_reset'`,
  );
  const [reset] = rows;
  if (reset === undefined) return false;
  const given = ["0::oid", "oid", "0::bigint", "false"].slice(0, reset.arguments).join(", ");
  const schema = quoteIdentifier(reset.schema);
  await client.query(
    `SELECT ${schema}.pg_stat_statements_reset(${given}) FROM pg_database WHERE datname = current_database()`,
  );
  await client.query(`SELECT count(*) FROM ${schema}.pg_stat_statements`);
  return true;
}
