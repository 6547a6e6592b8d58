import type { Client } from "pg";
import { ExpectedError } from "../../runtime/errors";
import { MODEL_VERSION, type DatasetSpec } from "../spec";
import { tableNames, type TableName } from "../tables";
import type { DatasetState } from "./state";

/** What is loaded on its own, in this order: the small tables whole, then the messages and what hangs on them by slice. */
export type Part = "users" | "conversations" | "conversation_users" | "messages";

/** The load as the ledger has it. */
export interface Load {
  spec: DatasetSpec;
  modelVersion: number;
  shards: number;
  /** The finished dataset as it was read back; absent while loading. */
  result: DatasetState | null;
}

/** A line of the ledger: rows that are in the tables, because line and rows were committed together. */
export interface LedgerLine {
  part: Part;
  number: number;
  rows: Partial<Record<TableName, number>>;
}

const CREATE = `
  CREATE SCHEMA IF NOT EXISTS chat_perf;
  CREATE TABLE chat_perf.load (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    spec jsonb NOT NULL,
    model_version integer NOT NULL,
    shards integer NOT NULL,
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
    "schema" text NOT NULL,
    "table" text NOT NULL,
    name text NOT NULL,
    definition text NOT NULL
  )`;

/** Opens the ledger of a new load. Runs in a transaction. */
export async function createLedger(client: Client, spec: DatasetSpec, shards: number): Promise<void> {
  const { rows } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = 'chat_perf'");
  // IF NOT EXISTS asks for the right to create schemas even when there is nothing to create.
  await client.query(rows.length > 0 ? CREATE.replace(/CREATE SCHEMA.*;/, "") : CREATE);
  await client.query("INSERT INTO chat_perf.load (spec, model_version, shards) VALUES ($1, $2, $3)", [
    spec,
    MODEL_VERSION,
    shards,
  ]);
}

/** Forgets the load: drops the ledger, and the schema with it when nothing else is in there. Runs in a transaction. */
export async function dropLedger(client: Client): Promise<void> {
  await client.query("DROP TABLE chat_perf.load, chat_perf.shard, chat_perf.saved_definition");
  const { rows } = await client.query(
    "SELECT 1 FROM pg_class WHERE relnamespace = 'chat_perf'::regnamespace LIMIT 1",
  );
  if (rows.length === 0) await client.query("DROP SCHEMA chat_perf");
}

/** The load that the ledger knows of, or undefined. */
export async function readLoad(client: Client): Promise<Load | undefined> {
  const { rows: present } = await client.query("SELECT 1 WHERE to_regclass('chat_perf.load') IS NOT NULL");
  if (present.length === 0) return undefined;
  const { rows } = await client.query<Load>(
    `SELECT spec, model_version AS "modelVersion", shards, result FROM chat_perf.load`,
  );
  return rows[0] && { ...rows[0], spec: plainSpec(rows[0].spec) };
}

export async function readLines(client: Client): Promise<LedgerLine[]> {
  const { rows } = await client.query<LedgerLine>("SELECT part, number, rows FROM chat_perf.shard");
  return rows;
}

/** Writes down loaded rows, in the transaction that loads them. Times are Unix milliseconds, infinite when open. */
export async function addLine(
  client: Client,
  { part, number, rows }: LedgerLine,
  from = -Infinity,
  to = Infinity,
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

export async function markComplete(client: Client, result: DatasetState): Promise<void> {
  await client.query("UPDATE chat_perf.load SET result = $1, finished_at = now()", [result]);
}

/** The spec's own keys in a fixed order, whatever else the object carries. */
export function plainSpec(spec: DatasetSpec): DatasetSpec {
  const { messages, users, conversations, seed, alpha, windowDays, windowEnd } = spec;
  return { messages, users, conversations, seed, alpha, windowDays, windowEnd };
}

/**
 * Refuses a load that is not of this spec and model version: two datasets are never mixed.
 *
 * @throws ExpectedError naming what differs
 */
export function requireSameDataset(load: Load, spec: DatasetSpec, database: string): void {
  const [present, wanted] = [load.spec, plainSpec(spec)];
  const differences = (Object.keys(wanted) as (keyof DatasetSpec)[])
    .filter((key) => present[key] !== wanted[key])
    .map((key) => `${key} ${present[key]} instead of ${wanted[key]}`);
  if (load.modelVersion !== MODEL_VERSION) {
    differences.push(`model version ${load.modelVersion} instead of ${MODEL_VERSION}`);
  }
  if (differences.length === 0) return;
  throw new ExpectedError(
    `Database "${database}" holds ${load.result ? "another dataset" : "part of another dataset"}: ${differences.join(", ")}.`,
    "Ask for the dataset that is there, use another database, or have this one emptied first: `npm run generate` with --clear.",
  );
}

/** Rows of each table, counted. */
export async function countRows(client: Client): Promise<Record<TableName, number>> {
  const counts = {} as Record<TableName, number>;
  for (const table of tableNames) {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM public.${table}`);
    counts[table] = Number(rows[0]!.count);
  }
  return counts;
}

/**
 * Refuses rows that this generator did not write.
 *
 * @param counts rows of each table
 * @param expected rows of each table according to the ledger
 * @throws ExpectedError naming the tables and both counts
 */
export function requireOwnRows(
  database: string,
  counts: Record<TableName, number>,
  expected: Partial<Record<TableName, number>>,
): void {
  const foreign = tableNames
    .filter((table) => counts[table] !== (expected[table] ?? 0))
    .map((table) => `${table} has ${counts[table]} rows, of which the ledger knows ${expected[table] ?? 0}`);
  if (foreign.length === 0) return;
  throw new ExpectedError(
    `Database "${database}" holds rows that are not this generator's: ${foreign.join("; ")}.`,
    "Datasets are never mixed with other rows: use another database, or empty these tables.",
  );
}

/** Rows of each table over all lines. */
export function sumOfRows(lines: LedgerLine[]): Partial<Record<TableName, number>> {
  const sum: Partial<Record<TableName, number>> = {};
  for (const { rows } of lines)
    for (const table of tableNames)
      if (rows[table] !== undefined) sum[table] = (sum[table] ?? 0) + rows[table];
  return sum;
}
