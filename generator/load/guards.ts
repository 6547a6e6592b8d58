import type { Client } from "pg";
import { ExpectedError } from "../../runtime/errors";
import { MODEL_VERSION, plainSpec, type DatasetSpec } from "../spec";
import { tableNames, type TableName } from "../tables";
import type { Load } from "./ledger";

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
