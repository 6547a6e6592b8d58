import type { Client } from "pg";
import { ensureBookkeeping } from "../../postgres/bookkeeping";
import { MODEL_VERSION, plainSpec, type DatasetSpec } from "../spec";
import type { WholeTable } from "../rows/dataset-rows";
import { tableNames, type TableName } from "../tables";
import { partName, type PartKey } from "./parts";
import type { DatasetState } from "./state";

/** What is loaded on its own: the small tables whole, the messages and what hangs on them by slice of time. */
export type Part = WholeTable | "messages";

/** The load as the ledger has it. */
export interface Load {
  spec: DatasetSpec;
  modelVersion: number;
  /** Into how many slices of time the messages are cut. */
  shards: number;
  /** The finished dataset as it was read back; absent while loading. */
  result: DatasetState | null;
}

/** A line of the ledger: rows that are in the tables, because line and rows were committed together. */
export interface LedgerLine extends PartKey {
  rows: Partial<Record<TableName, number>>;
}

const CREATE = `
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
    "table" text NOT NULL,
    statement text NOT NULL
  )`;

/** Opens the ledger of a new load. Runs in a transaction. */
export async function createLedger(client: Client, spec: DatasetSpec, shards: number): Promise<void> {
  await ensureBookkeeping(client);
  await client.query(CREATE);
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

/** Whether a part is in the tables. */
export async function hasLine(client: Client, { part, number }: PartKey): Promise<boolean> {
  const { rows } = await client.query("SELECT 1 FROM chat_perf.shard WHERE part = $1 AND number = $2", [
    part,
    number,
  ]);
  return rows.length > 0;
}

/** Writes down loaded rows, in the transaction that loads them. Times are Unix milliseconds, infinite when open. */
export async function addLine(
  client: Client,
  { part, number, rows }: LedgerLine,
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

export async function markComplete(client: Client, result: DatasetState): Promise<void> {
  await client.query("UPDATE chat_perf.load SET result = $1, finished_at = now()", [result]);
}

/** Those of the parts that the ledger does not have. */
export function missingParts(lines: LedgerLine[], parts: PartKey[]): PartKey[] {
  const present = new Set(lines.map(partName));
  return parts.filter((part) => !present.has(partName(part)));
}

/** Rows of each table over all lines. */
export function sumOfRows(lines: LedgerLine[]): Partial<Record<TableName, number>> {
  const sum: Partial<Record<TableName, number>> = {};
  for (const { rows } of lines)
    for (const table of tableNames)
      if (rows[table] !== undefined) sum[table] = (sum[table] ?? 0) + rows[table];
  return sum;
}
