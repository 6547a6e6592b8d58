import { randomUUID } from "node:crypto";
import { type Client, DatabaseError } from "pg";
import { ExpectedError } from "../common/errors";
import type { Log } from "../common/progress";
import { quoteIdentifier, withAdvisoryLock, withClient } from "./connection";
import { isLockTimeout } from "./lock-waits";
import type { Migration } from "./migration-files";

export { readMigrations, type Migration } from "./migration-files";

/** The lock that Prisma Migrate takes, so that it and we never run at the same time. */
const PRISMA_LOCK = 72_707_369;

const TABLE = `public."_prisma_migrations"`;

export interface MigrationResult {
  /** The names of the migrations that were applied now. */
  applied: string[];
  /** The tables in schema `public`, without Prisma's own, sorted. */
  tables: string[];
}

/**
 * Brings the schema up to date as `prisma migrate deploy` does, with the same bookkeeping in `_prisma_migrations`,
 * so that Prisma itself then finds nothing to do.
 *
 * @param ownerUrl the role that owns the tables
 * @param applicationRole loses its rights on Prisma's bookkeeping, which default privileges would give it
 * @throws ExpectedError for a schema that has tables but no history (Prisma's P3005), for a migration that failed
 *   before (P3009) and for one that fails now (P3018)
 */
export function applyMigrations(
  ownerUrl: string,
  migrations: readonly Migration[],
  { applicationRole }: { applicationRole: string },
  log: Log,
): Promise<MigrationResult> {
  return withClient(ownerUrl, async (client) => {
    return withAdvisoryLock(client, PRISMA_LOCK, async () => {
      await ensureHistory(client, applicationRole);
      const applied = await applyPending(client, migrations, log);
      return { applied, tables: await tablesOf(client) };
    });
  });
}

/** Makes Prisma's table of applied migrations where it is missing. */
async function ensureHistory(client: Client, applicationRole: string): Promise<void> {
  const { rows } = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('${TABLE}') IS NOT NULL AS exists`,
  );
  if (!rows[0]!.exists) {
    const tables = await tablesOf(client);
    if (tables.length > 0) {
      throw new ExpectedError(
        `The database has tables (${tables.slice(0, 5).join(", ")}${tables.length > 5 ? ", …" : ""}) but no history of migrations (P3005).`,
        "Use an empty database, or record the existing tables by `prisma migrate resolve --applied <migration>`.",
      );
    }
    await client.query(`CREATE TABLE ${TABLE} (
      id                  varchar(36) PRIMARY KEY NOT NULL,
      checksum            varchar(64) NOT NULL,
      finished_at         timestamptz,
      migration_name      varchar(255) NOT NULL,
      logs                text,
      rolled_back_at      timestamptz,
      started_at          timestamptz NOT NULL DEFAULT now(),
      applied_steps_count integer NOT NULL DEFAULT 0
    )`);
  }
  await client.query(`REVOKE ALL ON ${TABLE} FROM ${quoteIdentifier(applicationRole)}`);
}

interface HistoryRow {
  id: string;
  migration_name: string;
  checksum: string;
  finished: boolean;
  /** The error of a migration that failed; null when it was interrupted. */
  logs: string | null;
}

async function applyPending(client: Client, migrations: readonly Migration[], log: Log): Promise<string[]> {
  const { rows } = await client.query<HistoryRow>(
    `SELECT id, migration_name, checksum, finished_at IS NOT NULL AS finished, logs
       FROM ${TABLE} WHERE rolled_back_at IS NULL`,
  );
  const history = new Map(rows.map((row) => [row.migration_name, row]));
  for (const row of rows.filter(({ finished }) => !finished)) {
    await recover(client, row, migrations);
    history.delete(row.migration_name);
  }
  const applied: string[] = [];
  for (const migration of migrations) {
    const before = history.get(migration.name);
    if (before === undefined) {
      await apply(client, migration);
      log(`Applied migration ${migration.name}`);
      applied.push(migration.name);
    } else if (before.checksum !== migration.checksum) {
      log(
        `Warning: migration ${migration.name} was edited after it had been applied; the database has its first version.`,
      );
    }
  }
  return applied;
}

/**
 * A migration that began and did not finish. One that was killed, and runs in one transaction together with the record
 * of its end, has left nothing behind: it is marked as rolled back and will be applied again.
 */
async function recover(client: Client, row: HistoryRow, migrations: readonly Migration[]): Promise<void> {
  const migration = migrations.find(({ name }) => name === row.migration_name);
  if (row.logs === null && migration?.checksum === row.checksum && isTransactional(migration.sql)) {
    await client.query(`UPDATE ${TABLE} SET rolled_back_at = now() WHERE id = $1`, [row.id]);
    return;
  }
  throw new ExpectedError(
    `Migration ${row.migration_name} failed before, and no other can be applied until that is resolved (P3009).${row.logs === null ? "" : `\n  ${row.logs}`}`,
    `Correct the migration, then \`prisma migrate resolve --rolled-back ${row.migration_name}\` with MIGRATION_DATABASE_URL, or destroy the stack and bring it up again.`,
  );
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID();
  const finish = `UPDATE ${TABLE} SET applied_steps_count = 1, finished_at = now() WHERE id = '${id}'`;
  await client.query(`INSERT INTO ${TABLE} (id, checksum, migration_name) VALUES ($1, $2, $3)`, [
    id,
    checksum,
    name,
  ]);
  try {
    if (isTransactional(sql)) {
      await client.query(`${sql}\n;${finish}`);
    } else {
      await client.query(sql);
      await client.query(finish);
    }
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (isLockTimeout(error) && isTransactional(sql)) {
      await client.query(`UPDATE ${TABLE} SET rolled_back_at = now() WHERE id = $1`, [id]);
      throw error;
    }
    const reason = describe(error, sql);
    await client.query("ROLLBACK");
    await client.query(`UPDATE ${TABLE} SET logs = $2 WHERE id = $1`, [id, reason]);
    throw new ExpectedError(
      `Migration ${name} failed (P3018): ${reason}`,
      `Correct it, then \`prisma migrate resolve --rolled-back ${name}\` with MIGRATION_DATABASE_URL, or destroy the stack and bring it up again.`,
    );
  }
}

/** Comments, string literals (dollar-quoted ones too) and quoted identifiers. */
const NOT_KEYWORDS = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$|"[^"]*"/g;

/** Words of statements that control transactions or refuse to run inside of one. */
const OUTSIDE_TRANSACTIONS =
  /\b(begin|commit|end|abort|rollback|start|prepare|concurrently|vacuum|database|tablespace|system|subscription)\b/i;

/**
 * Whether PostgreSQL runs the script as one transaction, as it does with every query of several statements that
 * leaves transactions alone. In doubt, not.
 */
function isTransactional(sql: string): boolean {
  return !OUTSIDE_TRANSACTIONS.test(sql.replaceAll(NOT_KEYWORDS, " "));
}

function describe(error: DatabaseError, sql: string): string {
  const line =
    error.position === undefined ? "" : `, line ${sql.slice(0, Number(error.position)).split("\n").length}`;
  return `${error.message} (${error.code ?? "no code"}${line})`;
}

async function tablesOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> '_prisma_migrations'
      ORDER BY relname COLLATE "C"`,
  );
  return rows.map(({ name }) => name);
}
