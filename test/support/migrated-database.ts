import { withClient } from "../../postgres/connection";
import type { TestDatabase } from "./server";

/** The rows of a query. */
export const query = (url: string, sql: string): Promise<Record<string, unknown>[]> =>
  withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

/** The history without ids and times. */
export const history = (database: TestDatabase) =>
  query(
    database.ownerUrl,
    `SELECT migration_name, checksum, logs, applied_steps_count, finished_at >= started_at AS finished,
            rolled_back_at IS NOT NULL AS rolled_back
       FROM _prisma_migrations ORDER BY started_at, migration_name`,
  );

/** The description of all tables, indexes and constraints in the catalogs. */
export const structure = (database: TestDatabase) =>
  query(
    database.ownerUrl,
    `SELECT relname, relkind::text, attname, format_type(atttypid, atttypmod) AS type, attnotnull,
            pg_get_expr(adbin, adrelid) AS default
       FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
       LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'pg_stat%'
      UNION ALL
     SELECT conname, contype::text, pg_get_constraintdef(oid), '', false, null FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
      ORDER BY 1, 2, 3`,
  );
