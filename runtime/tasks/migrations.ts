import { applyMigrations, readMigrations } from "../../postgres/migrations";
import type { Task } from "../task";

export interface MigrationsInputs {
  ownerUrl: string;
  /** The absolute path of a folder in Prisma Migrate's layout. */
  directory: string;
  /** The SHA-256 of each migration file, by migration name. A new or changed file is a change of the stack. */
  checksums: Record<string, string>;
  applicationRole: string;
}

/** [6/8] Applies the migrations of the application's schema. */
export const migrations: Task<MigrationsInputs, { tables: string[] }> = {
  async create({ ownerUrl, directory, applicationRole }, log) {
    log("[6/8] Running Prisma migrations...");
    const { applied, tables } = await applyMigrations(
      ownerUrl,
      readMigrations(directory),
      { applicationRole },
      log,
    );
    log(`✓ Migrations applied (${applied.length} new, ${tables.length} tables)`);
    return { tables };
  },
};
