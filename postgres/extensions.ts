import { ExpectedError } from "../runtime/errors";
import { quoteIdentifier, withClient } from "./connection";

/**
 * Checks that the server has pg_stat_statements, and has it preloaded, without which it can be created but not read.
 *
 * @throws ExpectedError with the remedy
 */
export async function assertStatStatementsPreloaded(adminUrl: string): Promise<void> {
  const { available, libraries } = await withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ available: boolean; libraries: string }>(
      `SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') AS available,
              current_setting('shared_preload_libraries') AS libraries`,
    );
    return rows[0]!;
  });
  if (!available) {
    throw new ExpectedError(
      "pg_stat_statements extension not available: it is not installed on the server.",
      "Install PostgreSQL's contrib package (Debian: postgresql-contrib), then run again.",
    );
  }
  if (libraries.split(",").some((library) => library.trim().split("/").at(-1) === "pg_stat_statements"))
    return;
  throw new ExpectedError(
    `pg_stat_statements extension not available: shared_preload_libraries is '${libraries}'.`,
    "As superuser: ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; then restart PostgreSQL and run again.",
  );
}

/**
 * Sets query statistics back to zero and proves that they can be read.
 *
 * @param url the administrator's, in the database that has the extension
 * @throws ExpectedError when statistics cannot be read there
 */
export async function resetStatistics(url: string): Promise<void> {
  await assertStatStatementsPreloaded(url);
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ database: string; schema: string | null }>(
      `SELECT current_database() AS database,
              (SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
                WHERE extname = 'pg_stat_statements') AS schema`,
    );
    const { database, schema } = rows[0]!;
    if (schema === null) {
      throw new ExpectedError(
        `pg_stat_statements extension not available in database "${database}".`,
        "As superuser in that database: CREATE EXTENSION pg_stat_statements; then run again.",
      );
    }
    const inSchema = (object: string): string => `${quoteIdentifier(schema)}.${object}`;
    // Only this database's: another stack's figures on the same server are not ours to erase.
    await client.query(
      `SELECT ${inSchema("pg_stat_statements_reset")}(0, oid, 0) FROM pg_database WHERE datname = current_database()`,
    );
    await client.query(`SELECT count(*) FROM ${inSchema("pg_stat_statements")}`);
  });
}
