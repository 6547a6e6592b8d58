/**
 * Computes the bytes that PostgreSQL needs for rows and index entries. The figures come from its documentation, chapter
 * "Database Physical Storage". Figures that are not in there come from its sources: src/include/storage/bufpage.h,
 * src/include/access/htup_details.h and heaptoast.h, src/backend/access/nbtree/nbtsort.c and nbtdedup.c.
 */

/** The bytes of a page. */
export const PAGE = 8192;
const PAGE_HEADER = 24;
/** The bytes of a line pointer. Each row or entry of a page has one. */
const LINE_POINTER = 4;
/** The bytes for rows in a page. */
const HEAP_ROOM = PAGE - PAGE_HEADER;
const TUPLE_HEADER = 23;

/** The bytes of each type of column, which are its alignment too. A text has its own length. */
const fixed = { boolean: 1, enum: 4, integer: 4, timestamp: 8 } as const;
export type ColumnType = keyof typeof fixed | "text";

/** One value of a row. `bytes` is null for NULL, and counts only for a text, because the other types have a fixed size. */
export interface Field {
  type: ColumnType;
  bytes: number | null;
}

/** Rounds bytes up to a multiple of `to`. */
function align(bytes: number, to = 8): number {
  return Math.ceil(bytes / to) * to;
}

/** The bytes of a row without its line pointer: the header, the bitmap of nulls, and the aligned values. */
export function heapTupleBytes(fields: readonly Field[]): number {
  const bitmap = fields.some(({ bytes }) => bytes === null) ? Math.ceil(fields.length / 8) : 0;
  let length = align(TUPLE_HEADER + bitmap);
  for (const { type, bytes } of fields) {
    if (bytes === null) continue;
    if (type !== "text") length = align(length, fixed[type]) + fixed[type];
    else length = bytes <= LONGEST_SHORT_TEXT ? length + 1 + bytes : align(length, 4) + 4 + bytes;
  }
  return length;
}

/** The longest text with a header of one byte, which is not aligned. A longer text has an aligned header of four bytes. */
const LONGEST_SHORT_TEXT = 126;
/** PostgreSQL compresses the longest text of a longer row, and moves it to the TOAST table when that is not enough. */
const TOAST_THRESHOLD = 2032;
/** A text in the TOAST table: the bytes that stay in the row, the bytes of a piece, and the overhead of each piece. */
const TOAST_POINTER = 17;
const TOAST_PIECE = 1996;
const TOAST_PIECE_OVERHEAD = 40 + 23;
/**
 * The bytes of a compressed text. pglz compresses the generator's texts to 570 bytes plus 0.425 of their length, as
 * measured from 2,000 to 5,000 characters within 2 %.
 */
const compressed = (bytes: number): number => Math.min(bytes, 570 + 0.425 * bytes);

/** Adds up the bytes of rows that fill the pages of a table one after the other. */
export class HeapSize {
  #pages = 0;
  #free = 0;
  /** The bytes of texts in the TOAST table. */
  #outside = 0;

  /** Adds a row. */
  add(fields: readonly Field[]): void {
    const bytes = align(this.#toasted(fields)) + LINE_POINTER;
    if (this.#free < bytes) {
      this.#pages++;
      this.#free = HEAP_ROOM;
    }
    this.#free -= bytes;
  }

  /** The bytes of all rows so far. The last page counts in proportion, because further rows would fill it. */
  get bytes(): number {
    return (this.#pages - this.#free / HEAP_ROOM) * PAGE + this.#outside;
  }

  #toasted(fields: readonly Field[]): number {
    const bytes = heapTupleBytes(fields);
    if (bytes <= TOAST_THRESHOLD) return bytes;
    const longest = fields.reduce((a, b) => ((b.bytes ?? 0) > (a.bytes ?? 0) ? b : a));
    const inRow = (stored: number): number =>
      heapTupleBytes(fields.map((field) => (field === longest ? { ...field, bytes: stored } : field)));
    const text = compressed(longest.bytes!);
    if (inRow(text) <= TOAST_THRESHOLD) return inRow(text);
    this.#outside += text + Math.ceil(text / TOAST_PIECE) * TOAST_PIECE_OVERHEAD;
    return inRow(TOAST_POINTER);
  }
}

/** The bytes of a table besides its rows: the free space map, the visibility map, and the index of the TOAST table. */
export const TABLE_OVERHEAD = 5 * PAGE;

const INDEX_TUPLE_HEADER = 8;
/** The bytes for entries in a leaf page, which CREATE INDEX fills to 90 %, without the special space and the high key. */
const LEAF_ROOM = PAGE - PAGE_HEADER - 16 - 2 * LINE_POINTER - Math.floor(PAGE * 0.1);
/** The bytes for entries in an inner page, which CREATE INDEX fills to 70 %. */
const INNER_ROOM = PAGE - PAGE_HEADER - 16 - 2 * LINE_POINTER - Math.floor(PAGE * 0.3);
/** The most bytes of a posting list, which holds the rows of one key. */
const LARGEST_POSTING_LIST = 812;
/** The bytes of each row in a posting list. */
const ROW_POINTER = 6;

/**
 * The bytes of an index entry without its line pointer.
 *
 * @param keyTexts the bytes of each key column, below 127
 */
export function indexTupleBytes(keyTexts: readonly number[]): number {
  return align(INDEX_TUPLE_HEADER + keyTexts.reduce((sum, bytes) => sum + 1 + bytes, 0));
}

/**
 * The bytes of a B-tree that is built over existing rows by PostgreSQL 13 or later, which stores the rows of equal keys
 * as posting lists. The number of rows for a key is taken to be geometric, so that few keys have many rows.
 *
 * @param rows the number of entries
 * @param distinct the number of their distinct keys
 * @param tuple the bytes of an entry, see `indexTupleBytes`
 */
export function btreeBytes(rows: number, distinct: number, tuple: number): number {
  // The first page points to the root.
  if (rows < 1) return PAGE;
  const repeated = Math.max(0, 1 - distinct / rows);
  const singles = distinct * (1 - repeated);
  const rowsPerList = Math.floor((LARGEST_POSTING_LIST - tuple) / ROW_POINTER);
  const lists = distinct / (1 - repeated ** rowsPerList) - singles;
  // A posting list is aligned to 8 bytes, which adds 4 bytes on average.
  const leafBytes =
    singles * (tuple + LINE_POINTER) + lists * (tuple + LINE_POINTER + 4) + (rows - singles) * ROW_POINTER;
  let level = Math.ceil(leafBytes / LEAF_ROOM);
  let pages = 1 + level;
  while (level > 1) {
    level = Math.ceil((level * (tuple + LINE_POINTER)) / INNER_ROOM);
    pages += level;
  }
  return pages * PAGE;
}
