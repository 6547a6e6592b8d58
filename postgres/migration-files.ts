import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../common/errors";

/** One migration, which is a folder with a `migration.sql`. */
export interface Migration {
  /** The name of the folder, `<timestamp>_<name>`. Migrations are applied in the order of their names. */
  name: string;
  sql: string;
  /** The SHA-256 of the file in hexadecimal digits, as Prisma records it. */
  checksum: string;
}

/**
 * Reads a folder in Prisma Migrate's layout: `<timestamp>_<name>/migration.sql`, and `migration_lock.toml`.
 *
 * @throws ExpectedError when the folder is missing, empty or written for another database, or lacks a file (Prisma's
 *   P3015)
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
    "It needs one folder <timestamp>_<name> with a migration.sql for each migration. `prisma migrate dev` creates them.",
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
      "Remove the folder, or restore the file.",
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
      "Set chat-perf:migrationsDir to a folder in Prisma Migrate's layout, e.g. prisma/migrations, that you may read.",
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
    "Set chat-perf:migrationsDir to a folder of migrations for PostgreSQL.",
  );
}
