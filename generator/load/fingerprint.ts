import { createHash } from "node:crypto";
import type { Client } from "pg";
import { quoteIdentifier, withClient } from "../../postgres/connection";
import type { DatasetSpec } from "../spec";
import { enumColumns, tableNames, tables, type TableName } from "../tables";
import { readLoad } from "./ledger";
import { prepareSession } from "./session";
import type { DatasetState } from "./state";

/**
 * Counts and fingerprints the rows as they are now, by one scan of each table. The scan is parallel where the server's
 * settings allow it.
 *
 * @returns undefined when the database has no dataset of this generator
 */
export function readDataset(ownerUrl: string): Promise<DatasetState | undefined> {
  return withClient(ownerUrl, async (client) => {
    await prepareSession(client);
    const load = await readLoad(client);
    return load && (await readState(client, load));
  });
}

/**
 * Counts and fingerprints the rows of a dataset whose spec is known.
 *
 * @param done called after each table with the number of its rows
 */
export async function readState(
  client: Client,
  { spec, modelVersion }: { spec: DatasetSpec; modelVersion: number },
  done: (rows: number) => void = () => undefined,
): Promise<DatasetState> {
  const counts = {} as Record<TableName, number>;
  const fingerprint = {} as Record<TableName, string>;
  const combined = createHash("sha256");
  for (const table of tableNames) {
    const { rows } = await client.query<{ count: string; sum: string }>(fingerprintQuery(table));
    counts[table] = Number(rows[0]!.count);
    fingerprint[table] = fingerprintOf(rows[0]!.sum);
    done(counts[table]);
    combined.update(`${table} ${counts[table]} ${fingerprint[table]}\n`);
  }
  return {
    spec,
    modelVersion,
    counts,
    fingerprint,
    combinedFingerprint: combined.digest("hex").slice(0, 16),
  };
}

/**
 * The fingerprint of a table: the sum, modulo 2^64, of PostgreSQL's 64-bit hash of each row's generated columns.
 *
 * Equal rows give equal fingerprints. Their physical order, the shards and runs that loaded them, the generator's machine
 * and additional columns make no difference. A changed, missing or added row changes the fingerprint, except with a
 * probability of 2^-64. Enums are hashed as text, because their values have other OIDs in every database. Fingerprints
 * are comparable between little-endian servers from PostgreSQL 14 on, the first version that hashes whole rows.
 */
export function fingerprintQuery(table: TableName): string {
  const columns = tables[table].map((column) =>
    enumColumns.includes(column) ? `${quoteIdentifier(column)}::text` : quoteIdentifier(column),
  );
  return `SELECT count(*), coalesce(sum(hash_record_extended(ROW(${columns.join(", ")}), 0)), 0) AS sum
          FROM ${table}`;
}

/** Writes a sum of hashes modulo 2^64, in 16 hexadecimal digits. */
export function fingerprintOf(sum: string): string {
  return BigInt.asUintN(64, BigInt(sum)).toString(16).padStart(16, "0");
}
