import { randomUUID } from "node:crypto";
import { type Client, DatabaseError } from "pg";
import { ExpectedError } from "../common/errors";
import type { Log } from "../common/progress";
import { quoteIdentifier, withAdvisoryLock, withClient } from "./connection";
import { isLockTimeout } from "./lock-waits";
import type { Migration } from "./migration-files";

export { readMigrations, type Migration } from "./migration-files";

/** The advisory lock that Prisma Migrate takes. Taking it too prevents that both run at the same time. */
const PRISMA_LOCK = 72_707_369;

const TABLE = `"_prisma_migrations"`;

export interface MigrationResult {
  /** The names of the migrations that this call applied. */
  applied: string[];
  /** The names of the tables in the session's schema, sorted, without Prisma's own table. */
  tables: string[];
}

/**
 * Updates the schema as `prisma migrate deploy` does, and records the migrations in `_prisma_migrations` as it does.
 * Prisma then finds nothing left to do.
 *
 * @param ownerUrl the URL of the role that owns the tables
 * @param applicationRole the role from which the default privileges on Prisma's table are revoked, if there is one
 * @throws ExpectedError for a schema that has tables but no history (Prisma's P3005), for a migration that failed
 *   before (P3009) and for one that fails now (P3018)
 */
export function applyMigrations(
  ownerUrl: string,
  migrations: readonly Migration[],
  { applicationRole }: { applicationRole?: string },
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

/** Creates Prisma's table of applied migrations if it is missing. */
async function ensureHistory(client: Client, applicationRole: string | undefined): Promise<void> {
  const { rows } = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('${TABLE}') IS NOT NULL AS exists`,
  );
  if (!rows[0]!.exists) {
    const tables = await tablesOf(client);
    if (tables.length > 0) {
      throw new ExpectedError(
        `The database has tables (${tables.slice(0, 5).join(", ")}${tables.length > 5 ? ", …" : ""}) but no migration history (P3005).`,
        "Use an empty database, or record the existing tables with `prisma migrate resolve --applied <migration>`.",
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
  if (applicationRole !== undefined) {
    await client.query(`REVOKE ALL ON ${TABLE} FROM ${quoteIdentifier(applicationRole)}`);
  }
}

interface HistoryRow {
  id: string;
  migration_name: string;
  checksum: string;
  finished: boolean;
  /** The error of a migration that failed. It is null when the migration was interrupted. */
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
        `Warning: migration ${migration.name} was edited after it had been applied. The database has the version before the edit.`,
      );
    }
  }
  return applied;
}

/**
 * Handles a migration that began and did not finish. If it was killed, and runs in one transaction with the record of
 * its end, it has left nothing behind. It is then marked as rolled back and will be applied again.
 */
async function recover(client: Client, row: HistoryRow, migrations: readonly Migration[]): Promise<void> {
  const migration = migrations.find(({ name }) => name === row.migration_name);
  if (row.logs === null && migration?.checksum === row.checksum && isTransactional(migration.sql)) {
    await client.query(`UPDATE ${TABLE} SET rolled_back_at = now() WHERE id = $1`, [row.id]);
    return;
  }
  throw new ExpectedError(
    `Migration ${row.migration_name} failed before. No other migration can be applied until that is resolved (P3009).${row.logs === null ? "" : `\n  ${row.logs}`}`,
    `Correct the migration, then run \`prisma migrate resolve --rolled-back ${row.migration_name}\` with MIGRATION_DATABASE_URL. Or destroy the stack and create it again.`,
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
      `Correct it, then run \`prisma migrate resolve --rolled-back ${name}\` with MIGRATION_DATABASE_URL. Or destroy the stack and create it again.`,
    );
  }
}

/** Matches comments, string literals (also dollar-quoted ones) and quoted identifiers. */
const NOT_KEYWORDS = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$|"[^"]*"/g;

/** Matches the keywords of statements that control transactions or cannot run inside one. */
const OUTSIDE_TRANSACTIONS =
  /\b(begin|commit|end|abort|rollback|start|prepare|concurrently|vacuum|database|tablespace|system|subscription)\b/i;

/**
 * Whether PostgreSQL runs the script as one transaction. It does so with every query of several statements without
 * transaction control. When in doubt, the answer is no.
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
      WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> '_prisma_migrations'
      ORDER BY relname COLLATE "C"`,
  );
  return rows.map(({ name }) => name);
}
