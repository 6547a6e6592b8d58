import { MAX_WAL_GB } from "../../postgres/wal-size";
import { INDEX_LANES } from "../parallelism";
import { sortMemoryMb } from "../sort-memory";
import type { DatasetSpec } from "../spec";
import { tableNames, type TableName } from "../tables";
import { btreeBytes, TABLE_OVERHEAD } from "./layout";
import { sampleOf } from "./sample";
import { indexes } from "./schema";
import { shapeOf } from "./shape";

/** What a row takes in a file of a sort beside its index entry: its length. */
const SORT_OVERHEAD = 8;
/** What the server keeps of the log; a larger load writes more in all, and the server recycles it. */
const MAX_WAL_BYTES = MAX_WAL_GB * 2 ** 30;

export interface TableForecast {
  rows: number;
  /** The rows themselves with all that belongs to them but indexes: what `pg_table_size` says. */
  heapBytes: number;
  /** Each key and index, by name: its entries, one for each row that has a value, and its bytes. */
  indexes: Record<string, { rows: number; bytes: number }>;
}

/** What a dataset will take. Bytes are those of files on disk. */
export interface Forecast {
  tables: Record<TableName, TableForecast>;
  rows: number;
  heapBytes: number;
  indexBytes: number;
  /** Tables and indexes, once loaded. */
  totalBytes: number;
  /** The most that there is at one time while loading: beside all the above the files of the largest sorts, and WAL. */
  peakBytes: number;
}

/**
 * Says what a dataset will take, before it is made and without a server: some tenths of a second, whatever its size.
 * The totals are within a few percent; a small table's may be off by its pages that are not full.
 *
 * @param spec which must have no problems
 * @param lanes indexes that are built at the same time; by default as many as on this machine
 */
export function forecast(spec: DatasetSpec, lanes = INDEX_LANES): Forecast {
  const sample = sampleOf(spec);
  const shape = shapeOf(spec);
  const perMessage = spec.messages / sample.tables.messages.rows;
  const factors: Record<TableName, number> = {
    users: spec.users / sample.spec.users,
    conversations: spec.conversations / sample.spec.conversations,
    conversation_users: shape.members / sample.tables.conversation_users.rows,
    messages: perMessage,
    attachments: perMessage,
    message_reads: perMessage,
  };
  const sampledInGroups = shapeOf(sample.spec).inGroups;
  const replies = sampledInGroups === 0 ? 1 : shape.inGroups / sampledInGroups;
  const sorts: number[] = [];
  const tables = {} as Record<TableName, TableForecast>;
  for (const table of tableNames) {
    const measured = sample.tables[table];
    const factor = factors[table];
    tables[table] = {
      rows: Math.round(measured.rows * factor),
      heapBytes: Math.round(measured.heapBytes * factor) + TABLE_OVERHEAD,
      indexes: {},
    };
    const sortMemory = sortMemoryMb(tables[table].rows) * 2 ** 20;
    indexes[table].forEach(({ name, keys, repliesOnly }, i) => {
      const { rows, distinct, tupleBytes } = measured.indexes[i]!;
      const all = rows * factor * (repliesOnly ? replies : 1);
      const few = keys === "users" || keys === "conversations";
      const different = few ? occupied(spec[keys], all) : (distinct * all) / Math.max(1, rows);
      tables[table].indexes[name] = { rows: Math.round(all), bytes: btreeBytes(all, different, tupleBytes) };
      const sortBytes = all * (tupleBytes + SORT_OVERHEAD);
      if (sortBytes > sortMemory) sorts.push(sortBytes);
    });
  }
  return { tables, ...totals(tables, sorts.toSorted((a, b) => b - a).slice(0, lanes)) };
}

/** How many of `parents` have a row when so many rows are dealt to them evenly. */
function occupied(parents: number, rows: number): number {
  return Math.min(rows, parents * (1 - Math.exp(-rows / parents)));
}

function totals(tables: Forecast["tables"], sorts: readonly number[]): Omit<Forecast, "tables"> {
  const all = Object.values(tables);
  const rows = sum(all.map((table) => table.rows));
  const heapBytes = sum(all.map((table) => table.heapBytes));
  const indexBytes = sum(all.map(indexBytesOf));
  const totalBytes = heapBytes + indexBytes;
  // The largest are built first, when not all indexes are there yet: this is somewhat too much, never too little.
  const sortBytes = sum(sorts);
  const walBytes = Math.min(totalBytes, MAX_WAL_BYTES);
  return { rows, heapBytes, indexBytes, totalBytes, peakBytes: totalBytes + sortBytes + walBytes };
}

/** Bytes of all indexes of a table. */
export function indexBytesOf({ indexes: built }: TableForecast): number {
  return sum(Object.values(built).map(({ bytes }) => bytes));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
