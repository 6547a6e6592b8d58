import type { Client } from "pg";
import { formatBytes } from "../../common/format";
import { freeBytes } from "../../postgres/disk-space";
import type { Machine } from "../../postgres/machine";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import type { IndexDefinition } from "./definitions";

/** A build needs this many times the size of its index, because it sorts the entries in files of about the same size. */
const WITH_SORTING = 2;

/**
 * Logs the expected size of the indexes, and requires that the disk has space for them.
 *
 * @throws ExpectedError with both figures
 */
export async function requireDiskSpace(
  client: Client,
  definitions: IndexDefinition[],
  machine: Machine | undefined,
  log: Log,
): Promise<void> {
  if (definitions.length === 0) return;
  let total = 0;
  let largest = 0;
  for (const definition of definitions) {
    const bytes = await estimateBytes(client, definition);
    total += bytes;
    largest = Math.max(largest, bytes);
  }
  const needed = total + (WITH_SORTING - 1) * largest;
  const available = machine?.kind === "embedded" ? freeBytes(machine.dataDirectory) : undefined;
  log(
    `Disk space: ~${formatBytes(needed)} needed at most, ` +
      (available === undefined ? "free space unknown here" : `${formatBytes(available)} free`),
  );
  if (available === undefined || available >= needed) return;
  throw new ExpectedError(
    `Insufficient disk space for the indexes of phase 2: ${formatBytes(available)} available, ~${formatBytes(needed)} needed.`,
    "Free space on the server's disk, then run the same command again. Nothing was built.",
  );
}

/**
 * Estimates the most bytes of an index. Each row has an entry with a header of 8 bytes, the columns' mean width rounded up
 * to 8, and a line pointer of 4 bytes, in pages that are filled to 90 % (PostgreSQL's documentation, "Database Page Layout"
 * and "B-Tree Indexes"). Equal keys are stored once, so the index may become smaller.
 */
async function estimateBytes(client: Client, { table, statement }: IndexDefinition): Promise<number> {
  const columns = statement.slice(statement.indexOf("("));
  const { rows } = await client.query<{ bytes: number }>(
    `SELECT (greatest(c.reltuples, 0) * (12 + 8 * ceil(coalesce(sum(s.avg_width), 8) / 8.0)) / 0.9)::float8 AS bytes
     FROM pg_class c
     LEFT JOIN pg_stats s ON s.schemaname = 'public' AND s.tablename = c.relname
       AND $2 ~ ('\\m' || s.attname || '\\M')
     WHERE c.oid = to_regclass('public.' || quote_ident($1)) GROUP BY c.reltuples`,
    [table, columns],
  );
  return rows[0]?.bytes ?? 0;
}
