import { createHash } from "node:crypto";
import type { Client } from "pg";
import { readDataset } from "../../generator/load";
import { tableNames, type TableName } from "../../generator/tables";
import type { Conditions, RelationSize } from "../capture";
import type { Cell } from "../parameters/parameters";

/** The rows on which a capture is taken. */
export interface Rows {
  /** For each table, the fingerprint of a generated dataset's rows, or the number of rows of another dataset. */
  identity: Record<string, string>;
  /** The number of rows of each table. */
  counts: Partial<Record<TableName, number>>;
}

/** Reads all rows once: the fingerprints of a generated dataset, or the numbers of rows of another one. */
export async function identifyRows(client: Client, ownerUrl: string): Promise<Rows> {
  const dataset = await readDataset(ownerUrl);
  if (dataset !== undefined) return { identity: dataset.fingerprint, counts: dataset.counts };
  const counts: Rows["counts"] = {};
  for (const table of await presentTables(client)) {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
    counts[table] = Number(rows[0]!.count);
  }
  const identity = Object.entries(counts).map(([table, count]) => [table, `${count} rows`]);
  return { identity: Object.fromEntries(identity) as Record<string, string>, counts };
}

/** The tables that exist. A database of another application may lack some. */
async function presentTables(client: Client): Promise<TableName[]> {
  const { rows } = await client.query<{ table: TableName }>(
    `SELECT name AS "table" FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL`,
    [tableNames],
  );
  return rows.map(({ table }) => table);
}

/** The categories in `pg_settings` of the settings on which plans and times depend. */
const CATEGORIES = [
  "Query Tuning%",
  "Resource Usage%",
  "Write-Ahead Log / Settings",
  "Write-Ahead Log / Checkpoints",
];

/** Reads the conditions that must be equal in another capture. */
export async function readConditions(
  client: Client,
  { identity }: Rows,
  cells: Cell[],
  seed: string,
): Promise<Conditions> {
  const { rows: settings } = await client.query<{ name: string; value: string }>(
    "SELECT name, current_setting(name) AS value FROM pg_settings WHERE category LIKE ANY ($1) ORDER BY name",
    [CATEGORIES],
  );
  const { rows: server } = await client.query<{ version: string; database: string }>(
    // Some builds add further words, e.g. 16.4 (Debian 16.4-1).
    "SELECT split_part(current_setting('server_version'), ' ', 1) AS version, current_database() AS database",
  );
  return {
    server_version: server[0]!.version,
    database: server[0]!.database,
    seed,
    settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
    dataset: identity,
    queries: digests(cells),
  };
}

/** For each query, the first 16 hexadecimal digits of the SHA-256 of its text and parameters. */
function digests(cells: Cell[]): Record<string, string> {
  const names = [...new Set(cells.map(({ query }) => query.name))];
  return Object.fromEntries(
    names.map((name) => {
      const own = cells.filter(({ query }) => query.name === name);
      const content = [own[0]!.query.sql, own.map(({ stratum, parameters }) => [stratum, parameters])];
      return [name, createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16)];
    }),
  );
}

/** Reads the tables with their rows and sizes. */
export async function readTables(client: Client, { counts }: Rows): Promise<RelationSize[]> {
  const names = Object.keys(counts);
  const { rows } = await client.query<{ name: TableName; bytes: string }>(
    "SELECT name, pg_table_size(name::regclass) AS bytes FROM unnest($1::text[]) AS name",
    [names],
  );
  return rows.map(({ name, bytes }) => ({ name, rows: counts[name]!, bytes: Number(bytes) }));
}
