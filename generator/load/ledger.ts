import type { Client } from "pg";
import { ensureBookkeeping } from "../../postgres/bookkeeping";
import type { Layout } from "../layout/filler";
import { MODEL_VERSION, plainSpec, type DatasetSpec } from "../spec";
import { tableNames, type TableName } from "../tables";
import { shardName, type Shard } from "./shards";
import type { DatasetState } from "./state";

/** A load as the ledger records it. */
export interface Load {
  spec: DatasetSpec;
  modelVersion: number;
  /** The number of slices of time into which the messages are cut. */
  shards: number;
  /** How rows are changed to fit the tables. */
  layout: Layout;
  /** The dataset as it was read back after the load; null while it is being loaded. */
  result: DatasetState | null;
}

/** An entry for a loaded shard. Its rows are in the tables, because one transaction commits both. */
export interface LedgerEntry extends Shard {
  rows: Partial<Record<TableName, number>>;
}

const CREATE = `
  CREATE TABLE chat_perf.load (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    spec jsonb NOT NULL,
    model_version integer NOT NULL,
    shards integer NOT NULL,
    layout jsonb NOT NULL,
    result jsonb,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
  );
  CREATE TABLE chat_perf.shard (
    part text NOT NULL,
    number integer NOT NULL,
    from_time timestamp,
    to_time timestamp,
    rows jsonb NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (part, number)
  );
  CREATE TABLE chat_perf.saved_definition (
    position integer PRIMARY KEY,
    kind text NOT NULL,
    "table" text NOT NULL,
    statement text NOT NULL
  )`;

/** Creates the ledger of a new load. Must run in a transaction. */
export async function createLedger(
  client: Client,
  spec: DatasetSpec,
  shards: number,
  layout: Layout,
): Promise<void> {
  await ensureBookkeeping(client);
  await client.query(CREATE);
  await client.query(
    "INSERT INTO chat_perf.load (spec, model_version, shards, layout) VALUES ($1, $2, $3, $4)",
    [spec, MODEL_VERSION, shards, layout],
  );
}

/** Drops the ledger, and its schema when nothing else is in it. Must run in a transaction. */
export async function dropLedger(client: Client): Promise<void> {
  await client.query("DROP TABLE chat_perf.load, chat_perf.shard, chat_perf.saved_definition");
  const { rows } = await client.query(
    "SELECT 1 FROM pg_class WHERE relnamespace = 'chat_perf'::regnamespace LIMIT 1",
  );
  if (rows.length === 0) await client.query("DROP SCHEMA chat_perf");
}

/** Reads the load from the ledger. Returns undefined when the database has no ledger. */
export async function readLoad(client: Client): Promise<Load | undefined> {
  const { rows: present } = await client.query("SELECT 1 WHERE to_regclass('chat_perf.load') IS NOT NULL");
  if (present.length === 0) return undefined;
  // Ledgers of earlier versions have no layout, because they were for the chat schema of this project alone.
  const { rows } = await client.query<Load>(
    `SELECT spec, model_version AS "modelVersion", shards, result,
            coalesce(to_jsonb(load) -> 'layout', '{}') AS layout FROM chat_perf.load`,
  );
  return rows[0] && { ...rows[0], spec: plainSpec(rows[0].spec) };
}

/** Reads the entries of all loaded shards. */
export async function readEntries(client: Client): Promise<LedgerEntry[]> {
  const { rows } = await client.query<LedgerEntry>("SELECT part, number, rows FROM chat_perf.shard");
  return rows;
}

/** Whether a shard is loaded. */
export async function hasEntry(client: Client, { part, number }: Shard): Promise<boolean> {
  const { rows } = await client.query("SELECT 1 FROM chat_perf.shard WHERE part = $1 AND number = $2", [
    part,
    number,
  ]);
  return rows.length > 0;
}

/**
 * Records a loaded shard. Must run in the transaction that loads its rows.
 *
 * @param from the beginning of the shard's slice of time, Unix milliseconds; infinite where it is open
 * @param to its end
 */
export async function addEntry(
  client: Client,
  { part, number, rows }: LedgerEntry,
  from: number,
  to: number,
): Promise<void> {
  const time = (instant: number): string =>
    Number.isFinite(instant)
      ? new Date(instant).toISOString().slice(0, -1)
      : `${instant > 0 ? "" : "-"}infinity`;
  await client.query(
    "INSERT INTO chat_perf.shard (part, number, from_time, to_time, rows) VALUES ($1, $2, $3, $4, $5)",
    [part, number, time(from), time(to), rows],
  );
}

/** Records that the load is complete. */
export async function markComplete(client: Client, result: DatasetState): Promise<void> {
  await client.query("UPDATE chat_perf.load SET result = $1, finished_at = now()", [result]);
}

/** The shards that have no entry in the ledger. */
export function missingShards(entries: LedgerEntry[], shards: readonly Shard[]): Shard[] {
  const present = new Set(entries.map(shardName));
  return shards.filter((shard) => !present.has(shardName(shard)));
}

/** The rows of each table over all entries. */
export function sumOfRows(entries: LedgerEntry[]): Partial<Record<TableName, number>> {
  const sum: Partial<Record<TableName, number>> = {};
  for (const { rows } of entries)
    for (const table of tableNames)
      if (rows[table] !== undefined) sum[table] = (sum[table] ?? 0) + rows[table];
  return sum;
}
