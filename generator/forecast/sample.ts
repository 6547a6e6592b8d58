import { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import { sliceBounds } from "../plan/slice";
import { DatasetRows, wholeTables } from "../rows/dataset-rows";
import type { RowSource } from "../rows/source";
import type { DatasetSpec } from "../spec";
import { tableNames, type TableName } from "../tables";
import { HeapSize, indexTupleBytes, type Field } from "./layout";
import { columnTypes, indexes } from "./schema";

/** The largest dataset that is planned for a sample: some tenths of a second, and memory of the same order. */
const MOST = { messages: 2_000_000, users: 10_000, conversations: 10_000 };
/** So many slices of about so many messages, evenly over the window, are made as rows. */
const SLICES = 5;
const MESSAGES_PER_SLICE = 10_000;

/** What rows of one table come to. */
export interface TableSample {
  rows: number;
  heapBytes: number;
  /**
   * For each index of `schema.ts`: the rows that it has, how many different keys they have (where these are messages,
   * which only rows near them name; otherwise taken to be all different), and the mean size of an entry.
   */
  indexes: { rows: number; distinct: number; tupleBytes: number }[];
}

/** Rows of a smaller dataset of the same shape: all users, conversations and members, and some slices of messages. */
export interface Sample {
  /** The smaller dataset; the spec itself when that is small. */
  spec: DatasetSpec;
  tables: Record<TableName, TableSample>;
}

/** A dataset of the same shape: as many messages in a conversation, sizes and members spread in the same way. */
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

/** Makes rows of a dataset with the generator's own plan and writers, and measures them. */
export function sampleOf(spec: DatasetSpec): Sample {
  const smaller = scaledDown(spec);
  const rows = new DatasetRows(smaller);
  const measured = Object.fromEntries(
    tableNames.map((table) => [table, new TableMeasure(table)] as const),
  ) as Record<TableName, TableMeasure>;
  for (const table of wholeTables) measured[table].add(rows.whole(table));
  for (const [from, to] of slicesOf(rows.plan)) {
    for (const [table, source] of rows.slice(from, to)) measured[table].add(source);
  }
  return {
    spec: smaller,
    tables: Object.fromEntries(
      tableNames.map((table) => [table, measured[table].result()]),
    ) as Sample["tables"],
  };
}

function slicesOf(plan: Plan): [from: number, to: number][] {
  const shards = Math.max(1, Math.ceil(plan.spec.messages / MESSAGES_PER_SLICE));
  const bounds = sliceBounds(plan, shards);
  return Array.from({ length: Math.min(SLICES, shards) }, (_, i) => {
    const number = Math.floor(((i + 0.5) * shards) / Math.min(SLICES, shards));
    return [bounds[number]!, bounds[number + 1]!];
  });
}

/** Reads the rows of one table from the form in which they are sent. */
class TableMeasure {
  readonly #buffer = new RowBuffer();
  readonly #heap = new HeapSize();
  readonly #indexes;
  readonly #fields: Field[];
  /** Where each field of the row at hand begins; its length is the field's. */
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

  /** A row is the number of its fields, and each field its length, or -1, and its bytes. Returns where the row ends. */
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
