import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Band } from "../../config";
import { connectionUrl, quoteIdentifier, withClient } from "../../postgres/connection";
import { ensureServer, removeServer, restartServer } from "../../postgres/embedded-server";
import { readMigrations } from "../../postgres/migrations";
import { applySetting, provedSettings, resetSetting } from "../../postgres/settings";
import { MAX_WAL_GB } from "../../postgres/wal-size";
import { ExpectedError } from "../../common/errors";
import { once } from "../once";
import { formatCount } from "../../common/format";

/** A dataset of four times the size with its indexes, the files of the rows, a copy of the messages: bytes a message. */
const BYTES_PER_MESSAGE = 5_000;
const WAL_BYTES = MAX_WAL_GB * 2 ** 30;

const OWNER = "bench_owner";
const DATABASE = "bench";
const silent = (): void => undefined;

/** A database with the chat schema. */
export interface BenchDatabase {
  /** The role that owns the tables. */
  ownerUrl: string;
  /** The administrator, who may read the server's files. */
  adminUrl: string;
}

/** The server that all peers load into, one after the other, each into a new database. */
export interface BenchServer {
  port: number;
  adminPassword: string;
  /** e.g. `18.4` */
  version: string;
  /** A folder for files that the server reads; it goes with the server. */
  folder: string;
  /** The settings that are set by ALTER SYSTEM for every peer. */
  settings: Record<string, string>;
  /** Restarts the server with these settings beside the usual ones, and without those of the time before. */
  configure(extra: Record<string, string>): Promise<void>;
  /** Creates an empty database, which replaces the previous one. */
  newDatabase(name?: string): Promise<BenchDatabase>;
  dropDatabase(name?: string): Promise<void>;
  checkpoint(): Promise<void>;
  /** Stops the server and removes all its files. Further calls do nothing. */
  remove(): Promise<void>;
}

/**
 * Starts a server with the settings of the band, durable as in production (fsync on), in its own temporary folder.
 *
 * @throws ExpectedError when the file system has too little space
 */
export async function startBenchServer(band: Band, messages: number): Promise<BenchServer> {
  requireRoom(messages);
  const folder = mkdtempSync(join(tmpdir(), "chat-perf-bench-"));
  chmodSync(folder, 0o755);
  try {
    return await start(folder, band);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function start(folder: string, band: Band): Promise<BenchServer> {
  const [adminPassword, ownerPassword] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
  const access = { adminUser: "postgres", database: DATABASE, roles: [OWNER] };
  const { host, port, dataDirectory, version } = await ensureServer(
    { projectRoot: folder, stack: "bench", adminPassword, ...access },
    silent,
  );
  const adminUrlOf = (database: string): string =>
    connectionUrl({ host, port, database, user: "postgres", password: adminPassword });
  const adminUrl = adminUrlOf("postgres");
  const { settings } = band;
  let extra: Record<string, string> = {};

  const administer = (...statements: string[]): Promise<void> =>
    withClient(adminUrl, async (client) => {
      for (const statement of statements) await client.query(statement);
    });

  async function configure(wanted: Record<string, string>): Promise<void> {
    for (const name of Object.keys(extra)) await resetSetting(adminUrl, name);
    for (const [name, value] of Object.entries(wanted)) await applySetting(adminUrl, name, value);
    extra = wanted;
    await restartServer(dataDirectory, silent);
    await provedSettings(adminUrl, { ...settings, ...wanted });
  }

  const dropDatabase = (name = DATABASE): Promise<void> =>
    administer(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);

  async function newDatabase(name = DATABASE): Promise<BenchDatabase> {
    await dropDatabase(name);
    await administer(`CREATE DATABASE ${quoteIdentifier(name)} OWNER ${OWNER} TEMPLATE template0`);
    const ownerUrl = connectionUrl({ host, port, database: name, user: OWNER, password: ownerPassword });
    await withClient(adminUrlOf(name), async (client) => {
      await client.query(`SET ROLE ${OWNER}`);
      for (const { sql } of readMigrations(band.migrationsDir)) await client.query(sql);
    });
    return { ownerUrl, adminUrl: adminUrlOf(name) };
  }

  const remove = once(async () => {
    await removeServer(dataDirectory, silent);
    rmSync(folder, { recursive: true, force: true });
  });

  try {
    for (const [name, value] of Object.entries(settings)) await applySetting(adminUrl, name, value);
    await administer(`CREATE ROLE ${OWNER} LOGIN PASSWORD '${ownerPassword}'`);
    await configure({});
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    port,
    adminPassword,
    version,
    folder,
    settings,
    configure,
    newDatabase,
    dropDatabase,
    remove,
    checkpoint: () => administer("CHECKPOINT"),
  };
}

function requireRoom(messages: number): void {
  const { bavail, bsize } = statfsSync(tmpdir());
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const needed = messages * BYTES_PER_MESSAGE + WAL_BYTES;
  if (bavail * bsize >= needed) return;
  throw new ExpectedError(
    `${tmpdir()} has ${gigabytes(bavail * bsize)} left; a bench of ${formatCount(messages)} messages takes up to ${gigabytes(needed)}.`,
    "Free space, let TMPDIR name a folder on a larger disk, or give a smaller --messages.",
  );
}
