import { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import { shardBounds } from "../plan/message-shard";
import { DatasetRows, wholeTables } from "../rows/dataset-rows";
import type { RowSource } from "../rows/source";
import type { DatasetSpec } from "../spec";
import { tableNames, type TableName } from "../tables";
import { HeapSize, indexTupleBytes, type Field } from "./layout";
import { columnTypes, indexes } from "./schema";

/** The upper limits of the smaller dataset from which the forecast is made. Its plan takes a few tenths of a second. */
const MOST = { messages: 2_000_000, users: 10_000, conversations: 10_000 };
/** The number of shards whose rows are made, which are spread evenly over the window. */
const SHARDS = 5;
/** The approximate number of messages in each of these shards. */
const MESSAGES_PER_SHARD = 10_000;

/** The measurements of the rows of one table. */
export interface TableSample {
  rows: number;
  heapBytes: number;
  /**
   * For each index of `schema.ts`: the number of its entries, of their distinct keys, and the mean bytes of an entry.
   * Distinct keys are counted only where the keys are messages. Otherwise every key is taken to be distinct.
   */
  indexes: { rows: number; distinct: number; tupleBytes: number }[];
}

/** The rows of a smaller dataset of the same shape: all users, conversations and members, and some shards of messages. */
export interface Sample {
  /** The spec of the smaller dataset. It is the given spec when that is small. */
  spec: DatasetSpec;
  tables: Record<TableName, TableSample>;
}

/** A smaller dataset of the same shape: the mean conversation size and the distributions of sizes and members are equal. */
export function scaledDown(spec: DatasetSpec): DatasetSpec {
  const { messages, users, conversations } = spec;
  const share = Math.min(1, MOST.messages / messages, MOST.conversations / conversations);
  const fewer = Math.max(1, Math.round(conversations * share));
  return {
    ...spec,
    messages: Math.max(fewer, Math.round(messages * share)),
    users: Math.min(users, MOST.users),
    conversations: fewer,
  };
}

/** Makes rows of a dataset with the generator's plan and writers, and measures them. */
export function sampleOf(spec: DatasetSpec): Sample {
  const smaller = scaledDown(spec);
  const rows = new DatasetRows(smaller);
  const measured = Object.fromEntries(
    tableNames.map((table) => [table, new TableMeasure(table)] as const),
  ) as Record<TableName, TableMeasure>;
  for (const table of wholeTables) measured[table].add(rows.whole(table));
  for (const [from, to] of sampledShards(rows.plan)) {
    for (const [table, source] of rows.shard(from, to)) measured[table].add(source);
  }
  return {
    spec: smaller,
    tables: Object.fromEntries(
      tableNames.map((table) => [table, measured[table].result()]),
    ) as Sample["tables"],
  };
}

function sampledShards(plan: Plan): [from: number, to: number][] {
  const shards = Math.max(1, Math.ceil(plan.spec.messages / MESSAGES_PER_SHARD));
  const bounds = shardBounds(plan, shards);
  return Array.from({ length: Math.min(SHARDS, shards) }, (_, i) => {
    const number = Math.floor(((i + 0.5) * shards) / Math.min(SHARDS, shards));
    return [bounds[number]!, bounds[number + 1]!];
  });
}

/** Measures the rows of one table, which it reads from the format of COPY BINARY. */
class TableMeasure {
  readonly #buffer = new RowBuffer();
  readonly #heap = new HeapSize();
  readonly #indexes;
  readonly #fields: Field[];
  /** The position at which each field of the current row begins. */
  readonly #starts: number[] = [];
  #rows = 0;

  constructor(readonly table: TableName) {
    this.#fields = columnTypes[table].map((type) => ({ type, bytes: null }));
    this.#indexes = indexes[table].map((index) => ({
      index,
      different: new Set<string>(),
      rows: 0,
      bytes: 0,
    }));
  }

  add(source: RowSource): void {
    for (let more = true; more;) {
      this.#buffer.length = 0;
      more = source.fill(this.#buffer);
      for (let at = 0; at < this.#buffer.length;) at = this.#readRow(at);
    }
  }

  result(): TableSample {
    return {
      rows: this.#rows,
      heapBytes: this.#heap.bytes,
      indexes: this.#indexes.map(({ index, rows, different, bytes }) => ({
        rows,
        distinct: index.keys === "messages" ? different.size : rows,
        tupleBytes: rows === 0 ? 0 : bytes / rows,
      })),
    };
  }

  /** Reads one row: the number of its fields, then the length (-1 for NULL) and the bytes of each. Returns the end of the row. */
  #readRow(start: number): number {
    const { bytes } = this.#buffer;
    let at = start + 2;
    this.#fields.forEach((field, i) => {
      const length = bytes.readInt32BE(at);
      this.#starts[i] = at += 4;
      field.bytes = length < 0 ? null : length;
      at += Math.max(0, length);
    });
    this.#rows++;
    this.#heap.add(this.#fields);
    for (const measured of this.#indexes) {
      const { columns, keys } = measured.index;
      const lengths = columns.map((column) => this.#fields[column]!.bytes ?? NaN);
      if (lengths.some(Number.isNaN)) continue;
      measured.rows++;
      measured.bytes += indexTupleBytes(lengths);
      if (keys === "messages") measured.different.add(this.#text(columns[0]!));
    }
    return at;
  }

  #text(column: number): string {
    const start = this.#starts[column]!;
    return this.#buffer.bytes.toString("latin1", start, start + this.#fields[column]!.bytes!);
  }
}
