import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { MigrationList } from "@prisma/schema-engine-wasm";
import { Pool } from "pg";
import type { Migration } from "../../postgres/migrations";

type Bindings = typeof import("@prisma/schema-engine-wasm/schema_engine_bg");
/** The migration engine of `@prisma/schema-engine-wasm`. */
export type PrismaEngine = Awaited<ReturnType<Bindings["SchemaEngine"]["new"]>>;

let loaded: Promise<Bindings> | undefined;

/**
 * Loads the engine. The package is made for bundlers, which load WebAssembly with `import`. In Node.js this is done
 * here.
 */
async function load(): Promise<Bindings> {
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const folder = dirname(createRequire(__filename).resolve("@prisma/schema-engine-wasm"));
  const { instance } = await WebAssembly.instantiate(readFileSync(join(folder, "schema_engine_bg.wasm")), {
    "./schema_engine_bg.js": { ...bindings },
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bindings;
}

/** Runs `work` with Prisma's migration engine on a database, as `prisma migrate deploy` does. */
export async function withPrismaEngine<T>(
  url: string,
  work: (engine: PrismaEngine) => Promise<T>,
): Promise<T> {
  const { SchemaEngine } = await (loaded ??= load());
  const pool = new Pool({ connectionString: url });
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool));
    return await work(await SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter));
  } finally {
    // The engine holds its lock until its connection is closed.
    await pool.end();
  }
}

/** The migrations in the format of the engine. */
export function migrationList(migrations: readonly Migration[]): MigrationList {
  return {
    baseDir: "prisma/migrations",
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
}
