import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import { MODEL_VERSION, plainSpec, type DatasetSpec } from "../spec";
import { tableNames, type TableName } from "../tables";
import type { Load } from "./ledger";

/**
 * Refuses a load with another spec or model version, because two datasets are never mixed.
 *
 * @throws ExpectedError with each difference
 */
export function requireSameDataset(load: Load, spec: DatasetSpec, database: string): void {
  const [present, wanted] = [load.spec, plainSpec(spec)];
  const differences = (Object.keys({ ...present, ...wanted }) as (keyof DatasetSpec)[])
    .filter((key) => present[key] !== wanted[key])
    .map((key) => `${key} ${present[key] ?? "(none)"} instead of ${wanted[key] ?? "(none)"}`);
  if (load.modelVersion !== MODEL_VERSION) {
    differences.push(`model version ${load.modelVersion} instead of ${MODEL_VERSION}`);
  }
  if (differences.length === 0) return;
  throw new ExpectedError(
    `Database "${database}" holds ${load.result ? "another dataset" : "part of another dataset"}: ${differences.join(", ")}.`,
    "Ask for the dataset that is present, use another database, or empty this one first with `npm run generate -- --clear`.",
  );
}

/** Counts the rows of each table. */
export async function countRows(client: Client): Promise<Record<TableName, number>> {
  const counts = {} as Record<TableName, number>;
  for (const table of tableNames) {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
    counts[table] = Number(rows[0]!.count);
  }
  return counts;
}

/**
 * Refuses rows that this generator has not written.
 *
 * @param counts the rows of each table
 * @param expected the rows of each table according to the ledger
 * @throws ExpectedError with the tables and both counts
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
    "Datasets are never mixed with other rows. Use another database, or empty these tables.",
  );
}
