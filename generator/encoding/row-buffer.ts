import { STRIDE, type Ascii } from "./ascii";

/** No row is longer than this, bytes: the longest text and everything around it. */
const LONGEST_ROW = 8 * 1024;
/** PostgreSQL's epoch, 2000-01-01, in Unix milliseconds. */
const POSTGRES_EPOCH = Date.UTC(2000, 0, 1);
const TWO_32 = 2 ** 32;
/** Characters of an id, and bytes of its field. */
export const ID_LENGTH = 25;
export const ID_FIELD = 4 + ID_LENGTH;
/** `PGCOPY\n\377\r\n\0`, no flags, no header extension. After the rows comes -1 in place of a field count. */
export const COPY_HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");

/**
 * Rows in the form of COPY BINARY (big-endian; each field its length and its bytes), written straight into one
 * large buffer that is used again and again: no string or object is made for a row.
 */
export class RowBuffer {
  readonly bytes: Buffer;
  length = 0;
  readonly #view: DataView;

  /** @param size bytes; for sending, 64 to 256 KB make few socket writes without waiting long for any */
  constructor(size = 192 * 1024) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Whether another row fits for certain. */
  hasRoom(): boolean {
    return this.length + LONGEST_ROW <= this.bytes.length;
  }

  /** Begins a row of so many fields. */
  row(fields: number): void {
    this.#view.setInt16(this.length, fields);
    this.length += 2;
  }

  null(): void {
    this.#view.setInt32(this.length, -1);
    this.length += 4;
  }

  /** What a COPY begins with. */
  header(): void {
    this.length += COPY_HEADER.copy(this.bytes, this.length);
  }

  bool(value: boolean): void {
    this.#view.setInt32(this.length, 1);
    this.#view.setUint8(this.length + 4, value ? 1 : 0);
    this.length += 5;
  }

  int(value: number): void {
    this.#view.setInt32(this.length, 4);
    this.#view.setInt32(this.length + 4, value);
    this.length += 8;
  }

  /** A `timestamp` in UTC from Unix milliseconds; NaN is NULL. */
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

  /** A text or enum that is already encoded. */
  encoded(source: Ascii): void {
    this.textOf(source.length);
    this.raw(source);
  }

  /** A text made for this row; only for the small tables. */
  text(value: string): void {
    const length = this.bytes.write(value, this.length + 4);
    this.#view.setInt32(this.length, length);
    this.length += 4 + length;
  }

  /** Begins a text of so many bytes, whose parts follow as `raw` and `rawId`. */
  textOf(bytes: number): void {
    this.#view.setInt32(this.length, bytes);
    this.length += 4;
  }

  /** A part of a text. */
  raw({ view, length }: Ascii): void {
    this.#copy(view, 0, length);
  }

  /** The part [from, to) of a long text. */
  cut({ view }: Ascii, from: number, to: number): void {
    this.textOf(to - from);
    this.#copy(view, from, to - from);
  }

  /**
   * Eight bytes at a time, as doubles, which hold ASCII exactly, because none of its characters makes a NaN. Up to
   * seven bytes beyond are read, whatever they are, and written where the next field goes.
   */
  #copy(source: DataView, from: number, length: number): void {
    const view = this.#view;
    const start = this.length;
    for (let i = 0; i < length; i += STRIDE) view.setFloat64(start + i, source.getFloat64(from + i));
    this.length = start + length;
  }

  /** An id: `c` and six words, each the ASCII codes of four digits; see `Ids`. */
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

  /** The n-th of the ids that another buffer consists of; see `Ids.table`. */
  keptId(ids: RowBuffer, n: number): void {
    const source = ids.#view;
    const view = this.#view;
    // Like `#copy`, without its loop: this is done twice for a message.
    const from = n * ID_FIELD;
    const at = this.length;
    view.setFloat64(at, source.getFloat64(from));
    view.setFloat64(at + 8, source.getFloat64(from + 8));
    view.setFloat64(at + 16, source.getFloat64(from + 16));
    view.setFloat64(at + 24, source.getFloat64(from + 24));
    this.length = at + ID_FIELD;
  }

  /** As a part of a text, the id whose field begins at this place of the buffer. */
  rawId(field: number): void {
    this.#copy(this.#view, field + ID_FIELD - ID_LENGTH, ID_LENGTH);
  }
}
