import { RowBuffer } from "../encoding/row-buffer";
import type { RowSource } from "../rows/source";
import type { DatasetSpec } from "../spec";
import { converter, type Convert } from "./conversion";
import type { TableLayout } from "./filler";
import { FieldWriter, type Row } from "./field-writer";

/** The rows of a table with its additional columns. It reads the rows of another source and appends fields to each. */
export class FilledRows implements RowSource {
  readonly #inner = new RowBuffer();
  readonly #view = new DataView(this.#inner.bytes.buffer);
  readonly #fields: FieldWriter[];
  readonly #columns: number;
  readonly #conversions: { column: number; convert: Convert }[];
  /** The most bytes that the additional fields of a row take. */
  readonly #most: number;
  readonly #row: Row;
  #next = 0;
  #more = true;

  constructor(
    readonly source: RowSource,
    { columns, conversions, fillers }: TableLayout,
    spec: DatasetSpec,
  ) {
    this.#columns = columns.length;
    this.#conversions = conversions.flatMap((conversion, column) =>
      conversion === null ? [] : [{ column, convert: converter(conversion, spec) }],
    );
    this.#fields = fillers.map((filler) => new FieldWriter(filler));
    // A 32-bit integer may grow by four bytes.
    this.#most = this.#fields.reduce((sum, field) => sum + field.most, 4 * this.#conversions.length);
    this.#row = { bytes: this.#inner.bytes, starts: new Int32Array(columns.length - fillers.length + 1) };
  }

  get written(): number {
    return this.source.written;
  }

  fill(buffer: RowBuffer): boolean {
    for (;;) {
      if (this.#next === this.#inner.length) {
        if (!this.#more) return false;
        this.#next = this.#inner.length = 0;
        this.#more = this.source.fill(this.#inner);
        continue;
      }
      const end = this.#find();
      if (buffer.length + end - this.#next + this.#most > buffer.bytes.length) return true;
      this.#write(buffer, end);
    }
  }

  /** Finds the fields of the next row. Returns its end. */
  #find(): number {
    const { starts } = this.#row;
    const view = this.#view;
    let at = this.#next + 2;
    for (let i = 0; i < starts.length - 1; i++) {
      starts[i] = at;
      at += 4 + Math.max(0, view.getInt32(at));
    }
    starts[starts.length - 1] = at;
    return at;
  }

  #write(buffer: RowBuffer, end: number): void {
    buffer.row(this.#columns);
    let from = this.#next + 2;
    for (const { column, convert } of this.#conversions) {
      const start = this.#row.starts[column]!;
      // NULL has no bytes after its length, and stays as it is.
      if (this.#view.getInt32(start) < 0) continue;
      buffer.length += this.#inner.bytes.copy(buffer.bytes, buffer.length, from, start);
      buffer.length = convert(this.#inner.bytes, start + 4, buffer.bytes, buffer.length);
      from = this.#row.starts[column + 1]!;
    }
    buffer.length += this.#inner.bytes.copy(buffer.bytes, buffer.length, from, end);
    for (const field of this.#fields) buffer.length = field.write(this.#row, buffer.bytes, buffer.length);
    this.#next = end;
  }
}
