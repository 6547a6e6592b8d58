import { MAX_WAL_GB } from "../../postgres/wal-size";
import { INDEX_CONNECTIONS } from "../parallelism";
import { sortMemoryMb } from "../sort-memory";
import type { DatasetSpec } from "../spec";
import { tableNames, tablesBySize, type TableName } from "../tables";
import { btreeBytes, TABLE_OVERHEAD } from "./layout";
import { sampleOf } from "./sample";
import { type IndexModel, indexes } from "./schema";
import { shapeOf } from "./shape";

/** The bytes that an entry has in a sort file in addition to its index entry. */
const SORT_OVERHEAD = 8;
/** The write-ahead log that the server keeps. A large load writes more in all, and the server recycles the files. */
const MAX_WAL_BYTES = MAX_WAL_GB * 2 ** 30;

/** The expected size of a table. */
export interface TableForecast {
  rows: number;
  /** The bytes of the table without its indexes, as `pg_table_size` has it. */
  heapBytes: number;
  /** Each key and index by name. `rows` is the number of its entries: a row with a NULL has none. */
  indexes: Record<string, { rows: number; bytes: number }>;
}

/** The expected size of a dataset. Bytes are those of files on disk. */
export interface Forecast {
  tables: Record<TableName, TableForecast>;
  rows: number;
  heapBytes: number;
  indexBytes: number;
  /** The bytes of tables and indexes after the load. */
  totalBytes: number;
  /** The most bytes at any time during the load: tables, indexes, the files of the largest sorts, and write-ahead log. */
  peakBytes: number;
}

/**
 * Forecasts the size of a dataset before it is made and without a server. This takes a few tenths of a second, whatever
 * the size. The totals are correct within a few percent. A small table may differ more, because of pages that are not full.
 *
 * @param spec a spec without problems, see `specProblems`
 * @param connections the number of indexes that are built at the same time
 * @default connections `INDEX_CONNECTIONS`, which depends on the processors of this machine
 */
export function forecast(spec: DatasetSpec, connections = INDEX_CONNECTIONS): Forecast {
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
  const sorts: Record<string, number> = {};
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
      sorts[name] = sortBytes > sortMemory ? sortBytes : 0;
    });
  }
  return { tables, ...totals(tables, largestBuild(tables, sorts, connections)) };
}

/** The expected number of parents that have a row, when rows are spread over all parents at random. */
function occupied(parents: number, rows: number): number {
  return Math.min(rows, parents * (1 - Math.exp(-rows / parents)));
}

/**
 * The most bytes of indexes and sort files at any time of the builds. Table by table, the indexes are built in the order of
 * their definitions, in which unique ones come last. The files of a sort exist until its index is complete. While one build
 * writes its index, the later ones sort, because builds do not begin at the same time.
 *
 * @param sorts the bytes of the files for the sort of each index
 */
function largestBuild(
  tables: Forecast["tables"],
  sorts: Readonly<Record<string, number>>,
  connections: number,
): number {
  const place = ({ name, keys }: IndexModel): string => `${keys === "unique" ? "1" : "0"} ${name}`;
  const builds = tablesBySize.flatMap((table) =>
    indexes[table]
      .toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
      .map(({ name }) => ({ index: tables[table].indexes[name]!.bytes, sort: sorts[name]! })),
  );
  const sizes = builds.map((_, last) => {
    const begun = builds.slice(0, last + 1);
    const written = begun.slice(0, begun.length - (connections - 1));
    return sum(written.map(({ index }) => index)) + sum(begun.slice(-connections).map(({ sort }) => sort));
  });
  return Math.max(...sizes, sum(builds.map(({ index }) => index)));
}

function totals(tables: Forecast["tables"], buildBytes: number): Omit<Forecast, "tables"> {
  const all = Object.values(tables);
  const rows = sum(all.map((table) => table.rows));
  const heapBytes = sum(all.map((table) => table.heapBytes));
  const indexBytes = sum(all.map(indexBytesOf));
  const totalBytes = heapBytes + indexBytes;
  const walBytes = Math.min(totalBytes, MAX_WAL_BYTES);
  return { rows, heapBytes, indexBytes, totalBytes, peakBytes: heapBytes + buildBytes + walBytes };
}

/** The bytes of all indexes of a table. */
export function indexBytesOf({ indexes: built }: TableForecast): number {
  return sum(Object.values(built).map(({ bytes }) => bytes));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
