import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { COPY_HEADER, RowBuffer } from "../../generator/encoding/row-buffer";
import { shardBounds } from "../../generator/plan/message-shard";
import { DatasetRows, wholeTables } from "../../generator/rows/dataset-rows";
import type { RowSource } from "../../generator/rows/source";
import type { DatasetSpec } from "../../generator/spec";
import { tableNames, type TableName } from "../../generator/tables";

const MESSAGES_PER_SLICE = 250_000;
/** Ends the rows: it takes the place of a row's number of fields. */
const END_OF_ROWS = Buffer.from([0xff, 0xff]);

/** The rows of a table on disk, in the format of COPY BINARY. */
export interface RowFile {
  path: string;
  rows: number;
  bytes: number;
}

/** Writes the dataset's rows to one file for each table, with the same bytes that the generator sends. */
export function writeRowFiles(spec: DatasetSpec, folder: string): Record<TableName, RowFile> {
  const dataset = new DatasetRows(spec);
  const buffer = new RowBuffer();
  const files = {} as Record<TableName, RowFile>;
  const open = {} as Record<TableName, number>;
  const append = (table: TableName, bytes: Buffer): void => {
    writeSync(open[table], bytes);
    files[table].bytes += bytes.length;
  };
  const add = (table: TableName, rows: RowSource): void => {
    for (let more = true; more;) {
      buffer.length = 0;
      more = rows.fill(buffer);
      append(table, buffer.bytes.subarray(0, buffer.length));
    }
    files[table].rows += rows.written;
  };

  for (const table of tableNames) {
    const path = join(folder, `${table}.bin`);
    open[table] = openSync(path, "w", 0o644);
    files[table] = { path, rows: 0, bytes: 0 };
    append(table, COPY_HEADER);
  }
  for (const table of wholeTables) add(table, dataset.whole(table));
  const bounds = shardBounds(dataset.plan, Math.ceil(spec.messages / MESSAGES_PER_SLICE));
  for (let i = 0; i + 1 < bounds.length; i++) {
    for (const [table, rows] of dataset.shard(bounds[i]!, bounds[i + 1]!)) add(table, rows);
  }
  for (const table of tableNames) {
    append(table, END_OF_ROWS);
    // The disk must have finished writing before a peer is timed.
    fsyncSync(open[table]);
    closeSync(open[table]);
  }
  return files;
}
