import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connectionUrl, withClient } from "../../postgres/connection";
import {
  type EmbeddedServer,
  ensureServer,
  removeServer,
  restartServer,
} from "../../postgres/embedded-server";

/**
 * The PostgreSQL server that the integration tests of one process share, also those of several files. It is removed at
 * the end of the run.
 */
export interface TestServer {
  host: string;
  port: number;
  dataDirectory: string;
  adminPassword: string;
  /** The administrator's URL of the database `postgres`. */
  adminUrl: string;
  /**
   * Creates a database with its own owner and its own application role, which may only change rows. It has the chat
   * schema, unless `migrated` is false.
   */
  createDatabase(options?: { migrated?: boolean }): Promise<TestDatabase>;
  /** Stops and deletes the server. */
  stop(): Promise<void>;
}

export interface TestDatabase {
  name: string;
  ownerRole: string;
  appRole: string;
  ownerUrl: string;
  appUrl: string;
  adminUrl: string;
  /** Drops the database and its two roles. */
  drop(): Promise<void>;
}

const migration = resolve(__dirname, "../../prisma/migrations/20250101000000_chat_schema/migration.sql");
const silent = (): void => undefined;
let shared: Promise<TestServer> | undefined;

/** The server of this process, which the first call starts. */
export function startTestServer(): Promise<TestServer> {
  return (shared ??= startOwnServer());
}

/** Creates a folder for the files of one test. The server's user can enter it, also when root runs the tests. */
export function temporaryFolder(label: string): string {
  const folder = mkdtempSync(join(tmpdir(), `chat-perf-${label}-`));
  chmodSync(folder, 0o755);
  return folder;
}

/**
 * Starts a server for tests that damage it or need another version. The caller must stop it.
 *
 * @param changes changes to its description; by default its data folder is in a temporary folder
 */
export async function startOwnServer(changes: Partial<EmbeddedServer> = {}): Promise<TestServer> {
  const folder = temporaryFolder("server");
  const adminPassword = randomBytes(16).toString("hex");
  const { host, port, dataDirectory } = await ensureServer(
    {
      projectRoot: folder,
      stack: "test",
      adminUser: "postgres",
      adminPassword,
      database: "postgres",
      roles: [],
      ...changes,
    },
    silent,
  );
  // Tests create databases and roles at any time, so all of them are admitted.
  const rules = join(dataDirectory, "pg_hba.conf");
  writeFileSync(
    rules,
    readFileSync(rules, "utf8").replace(/^host .* reject$/m, "host all all 127.0.0.1/32 scram-sha-256"),
  );
  const url = (database: string, user = "postgres", password = adminPassword): string =>
    connectionUrl({ host, port, database, user, password });
  const adminUrl = url("postgres");
  await withClient(adminUrl, async (client) => {
    await client.query("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
    // The data are deleted after the run, so they need not be durable.
    await client.query("ALTER SYSTEM SET fsync = off");
    // It would change statistics in the middle of a test that compares them.
    await client.query("ALTER SYSTEM SET autovacuum = off");
  });
  await restartServer(dataDirectory, silent);

  async function createDatabase({ migrated = true } = {}): Promise<TestDatabase> {
    const name = `chat_${randomBytes(4).toString("hex")}`;
    const ownerRole = `${name}_owner`;
    const appRole = `${name}_app`;
    const password = randomBytes(16).toString("hex");
    await withClient(adminUrl, async (client) => {
      await client.query(`CREATE ROLE ${ownerRole} LOGIN PASSWORD '${password}'`);
      await client.query(`CREATE ROLE ${appRole} LOGIN PASSWORD '${password}'`);
      await client.query(`CREATE DATABASE ${name} OWNER ${ownerRole} TEMPLATE template0`);
      await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
      await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${appRole}`);
    });
    await withClient(url(name), async (client) => {
      await client.query("CREATE EXTENSION pg_stat_statements");
      await client.query(`REVOKE ALL ON SCHEMA public FROM PUBLIC`);
      await client.query(`GRANT USAGE, CREATE ON SCHEMA public TO ${ownerRole}`);
      await client.query(`GRANT USAGE ON SCHEMA public TO ${appRole}`);
    });
    const ownerUrl = url(name, ownerRole, password);
    await withClient(ownerUrl, async (client) => {
      await client.query(
        `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${appRole}`,
      );
      if (migrated) await client.query(readFileSync(migration, "utf8"));
    });
    return {
      name,
      ownerRole,
      appRole,
      ownerUrl,
      appUrl: url(name, appRole, password),
      adminUrl: url(name),
      drop: () =>
        withClient(adminUrl, async (client) => {
          await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
          await client.query(`DROP ROLE IF EXISTS ${appRole}, ${ownerRole}`);
        }),
    };
  }

  async function stop(): Promise<void> {
    await removeServer(dataDirectory, silent);
    rmSync(folder, { recursive: true, force: true });
  }

  return { host, port, dataDirectory, adminPassword, adminUrl, createDatabase, stop };
}
