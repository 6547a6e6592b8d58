import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../common/errors";

/** One migration: a folder with a `migration.sql`. */
export interface Migration {
  /** The folder's name, `<timestamp>_<name>`; migrations are applied in its order. */
  name: string;
  sql: string;
  /** SHA-256 of the file as it is, in hex: what Prisma records. */
  checksum: string;
}

/**
 * Reads a folder in Prisma Migrate's layout: `<timestamp>_<name>/migration.sql`, and `migration_lock.toml`.
 *
 * @throws ExpectedError for a folder that is missing, empty, of another database, or lacks a file (Prisma's P3015)
 */
export function readMigrations(directory: string): Migration[] {
  assertForPostgres(directory);
  const migrations = entriesOf(directory)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => readMigration(directory, name));
  if (migrations.length > 0) return migrations;
  throw new ExpectedError(
    `The migrations folder ${directory} (chat-perf:migrationsDir) has no migrations.`,
    "It must have a folder <timestamp>_<name> with a migration.sql for each, as `prisma migrate dev` makes them.",
  );
}

function readMigration(directory: string, name: string): Migration {
  const path = join(directory, name, "migration.sql");
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch (error) {
    throw new ExpectedError(
      `The migration file ${path} cannot be read: ${(error as Error).message} (P3015).`,
      "Remove the folder or restore the file.",
    );
  }
  return { name, sql: decode(file, path), checksum: createHash("sha256").update(file).digest("hex") };
}

function decode(file: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    throw new ExpectedError(`The migration file ${path} is not UTF-8 text.`, "Save it as UTF-8.");
  }
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    throw new ExpectedError(
      `The migrations folder ${directory} (chat-perf:migrationsDir) cannot be read: ${(error as Error).message}.`,
      "Name a folder in Prisma Migrate's layout, e.g. prisma/migrations.",
    );
  }
}

function assertForPostgres(directory: string): void {
  const lock = join(directory, "migration_lock.toml");
  if (!existsSync(lock)) return;
  const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(readFileSync(lock, "utf8"))?.[1];
  if (provider === "postgresql") return;
  throw new ExpectedError(
    `The migrations in ${directory} (chat-perf:migrationsDir) are for ${provider ?? "an unknown database"}, not for postgresql (P3019).`,
    "Name a folder of migrations for PostgreSQL.",
  );
}
