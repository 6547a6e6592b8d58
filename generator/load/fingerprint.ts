import { createHash } from "node:crypto";
import type { Client } from "pg";
import { quoteIdentifier, withClient } from "../../postgres/connection";
import type { DatasetSpec } from "../spec";
import { enumColumns, tableNames, tables, type TableName } from "../tables";
import { readLoad } from "./ledger";
import { prepareSession } from "./session";
import type { DatasetState } from "./state";

/**
 * Counts and fingerprints of the rows as they are now, one scan a table, in parallel where the server is set so.
 *
 * @returns undefined when no dataset of this generator is in the database
 */
export function readDataset(ownerUrl: string): Promise<DatasetState | undefined> {
  return withClient(ownerUrl, async (client) => {
    await prepareSession(client);
    const load = await readLoad(client);
    return load && (await readState(client, load));
  });
}

/**
 * Reads the rows of a dataset whose spec is known.
 *
 * @param done called with the number of rows after each table
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
 * It promises: equal rows give equal fingerprints, whatever their physical order, the shards and runs that loaded
 * them, the machine of the generator, and columns that others add; a changed, missing or added row changes it (by
 * accident it stays with probability 2^-64). Enums are hashed as text, as their values have other OIDs in every
 * database. Compare only between little-endian servers, from PostgreSQL 14 on, the first to hash whole rows.
 */
export function fingerprintQuery(table: TableName): string {
  const columns = tables[table].map((column) =>
    enumColumns.includes(column) ? `${quoteIdentifier(column)}::text` : quoteIdentifier(column),
  );
  return `SELECT count(*), coalesce(sum(hash_record_extended(ROW(${columns.join(", ")}), 0)), 0) AS sum
          FROM public.${table}`;
}

/** A sum of hashes as it is shown: modulo 2^64, in 16 hexadecimal digits. */
export function fingerprintOf(sum: string): string {
  return BigInt.asUintN(64, BigInt(sum)).toString(16).padStart(16, "0");
}
