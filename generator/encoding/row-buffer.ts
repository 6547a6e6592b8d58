import { STRIDE, type Ascii } from "./ascii";

/** The largest size of a row in bytes: the longest text and all other columns. */
const LONGEST_ROW = 8 * 1024;
/** PostgreSQL's epoch, 2000-01-01, in Unix milliseconds. */
const POSTGRES_EPOCH = Date.UTC(2000, 0, 1);
const TWO_32 = 2 ** 32;
/** The characters of an id. */
export const ID_LENGTH = 25;
/** The bytes of the field of an id, with its length. */
export const ID_FIELD = 4 + ID_LENGTH;
/** The header of COPY BINARY: `PGCOPY\n\377\r\n\0`, no flags, no extension. After the last row, -1 in place of a number of fields ends the data. */
export const COPY_HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");

/**
 * Rows in the format of COPY BINARY: big-endian, and each field is its length and its bytes.
 *
 * Rows are written straight into one large buffer, which is reused. No string or object is made for a row.
 */
export class RowBuffer {
  readonly bytes: Buffer;
  length = 0;
  readonly #view: DataView;

  /**
   * @param size the bytes of the buffer. For sending, 64 to 256 KB need few socket writes, none of which takes long.
   * @default size 192 KB
   */
  constructor(size = 192 * 1024) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Whether the buffer has room for another row of any length. */
  hasRoom(): boolean {
    return this.length + LONGEST_ROW <= this.bytes.length;
  }

  /** Begins a row with the given number of fields. */
  row(fields: number): void {
    this.#view.setInt16(this.length, fields);
    this.length += 2;
  }

  /** Writes NULL. */
  null(): void {
    this.#view.setInt32(this.length, -1);
    this.length += 4;
  }

  /** Writes the header of COPY BINARY. */
  header(): void {
    this.length += COPY_HEADER.copy(this.bytes, this.length);
  }

  /** Writes a boolean. */
  bool(value: boolean): void {
    this.#view.setInt32(this.length, 1);
    this.#view.setUint8(this.length + 4, value ? 1 : 0);
    this.length += 5;
  }

  /** Writes a 32-bit integer. */
  int(value: number): void {
    this.#view.setInt32(this.length, 4);
    this.#view.setInt32(this.length + 4, value);
    this.length += 8;
  }

  /** Writes a `timestamp` in UTC from Unix milliseconds. NaN is written as NULL. */
  timestamp(instant: number): void {
    if (Number.isNaN(instant)) {
      this.null();
      return;
    }
    const micros = (instant - POSTGRES_EPOCH) * 1000;
    const high = Math.floor(micros / TWO_32);
    this.#view.setInt32(this.length, 8);
    this.#view.setInt32(this.length + 4, high);
    this.#view.setUint32(this.length + 8, micros - high * TWO_32);
    this.length += 12;
  }

  /** Writes a text or enum that is already encoded. */
  encoded(source: Ascii): void {
    this.textOf(source.length);
    this.raw(source);
  }

  /** Writes a text that is made for this row. This is slow, so only the small tables use it. */
  text(value: string): void {
    const length = this.bytes.write(value, this.length + 4);
    this.#view.setInt32(this.length, length);
    this.length += 4 + length;
  }

  /** Begins a text of the given number of bytes, whose parts are written by `raw` and `rawId`. */
  textOf(bytes: number): void {
    this.#view.setInt32(this.length, bytes);
    this.length += 4;
  }

  /** Writes a part of a text. */
  raw({ view, length }: Ascii): void {
    this.#copy(view, 0, length);
  }

  /** Writes the part [from, to) of a long text. */
  cut({ view }: Ascii, from: number, to: number): void {
    this.textOf(to - from);
    this.#copy(view, from, to - from);
  }

  /**
   * Copies eight bytes at a time, as doubles. Doubles hold ASCII exactly, because no ASCII characters form a NaN. Up to
   * seven further bytes are copied with the last piece, and the next field overwrites them.
   */
  #copy(source: DataView, from: number, length: number): void {
    const view = this.#view;
    const start = this.length;
    for (let i = 0; i < length; i += STRIDE) view.setFloat64(start + i, source.getFloat64(from + i));
    this.length = start + length;
  }

  /** Writes an id: `c` and six words, each of which is the ASCII codes of four digits; see `Ids`. */
  id(first: number, second: number, third: number, fourth: number, fifth: number, sixth: number): void {
    const view = this.#view;
    const at = this.length;
    view.setInt32(at, ID_LENGTH);
    view.setUint8(at + 4, 0x63);
    view.setUint32(at + 5, first);
    view.setUint32(at + 9, second);
    view.setUint32(at + 13, third);
    view.setUint32(at + 17, fourth);
    view.setUint32(at + 21, fifth);
    view.setUint32(at + 25, sixth);
    this.length = at + ID_FIELD;
  }

  /** Writes the n-th id of a buffer that consists of ids; see `Ids.table`. */
  keptId(ids: RowBuffer, n: number): void {
    const source = ids.#view;
    const view = this.#view;
    // This is `#copy` without its loop, because it runs twice for each message.
    const from = n * ID_FIELD;
    const at = this.length;
    view.setFloat64(at, source.getFloat64(from));
    view.setFloat64(at + 8, source.getFloat64(from + 8));
    view.setFloat64(at + 16, source.getFloat64(from + 16));
    view.setFloat64(at + 24, source.getFloat64(from + 24));
    this.length = at + ID_FIELD;
  }

  /** Writes an id as a part of a text. The id is copied from the field that begins at the given position of this buffer. */
  rawId(field: number): void {
    this.#copy(this.#view, field + ID_FIELD - ID_LENGTH, ID_LENGTH);
  }
}
