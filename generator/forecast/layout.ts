/**
 * How many bytes PostgreSQL needs for rows and index entries. The figures are those of its documentation, chapter
 * "Database Physical Storage", and, where it is silent, of its sources: src/include/storage/bufpage.h,
 * src/include/access/htup_details.h and heaptoast.h, src/backend/access/nbtree/nbtsort.c and nbtdedup.c.
 */

/** Bytes of a page. */
export const PAGE = 8192;
const PAGE_HEADER = 24;
/** Each row or entry of a page has one. */
const LINE_POINTER = 4;
/** Room for rows in a page. */
const HEAP_ROOM = PAGE - PAGE_HEADER;
const TUPLE_HEADER = 23;

/** How a column is stored: bytes, alignment; a text has its own length. */
const fixed = { boolean: 1, enum: 4, integer: 4, timestamp: 8 } as const;
export type ColumnType = keyof typeof fixed | "text";

/** One value of a row: its bytes, or null. Only those of a text count: the others' types say theirs. */
export interface Field {
  type: ColumnType;
  bytes: number | null;
}

/** The least multiple of `to` that is not below `bytes`. */
function align(bytes: number, to = 8): number {
  return Math.ceil(bytes / to) * to;
}

/** Bytes of a row without its line pointer: header, bitmap of nulls, and the values, each on its boundary. */
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

/** The longest text with a header of one byte, which needs no boundary; any longer one's has four. */
const LONGEST_SHORT_TEXT = 126;
/** A longer row has its longest text compressed, and put into a table of its own when that is not enough. */
const TOAST_THRESHOLD = 2032;
/** A text elsewhere: what remains in the row, the size of the pieces, and what each takes with its index entry. */
const TOAST_POINTER = 17;
const TOAST_PIECE = 1996;
const TOAST_PIECE_OVERHEAD = 40 + 23;
/**
 * Texts made of one dictionary, as pglz compresses them: 570 bytes and 0.425 of the length (measured from 2,000 to
 * 5,000 characters, within 2 %).
 */
const compressed = (bytes: number): number => Math.min(bytes, 570 + 0.425 * bytes);

/** Bytes of rows as they fill the pages of a table one after the other. */
export class HeapSize {
  #pages = 0;
  #free = 0;
  /** Bytes of texts that lie outside of their rows. */
  #outside = 0;

  add(fields: readonly Field[]): void {
    const bytes = align(this.#toasted(fields)) + LINE_POINTER;
    if (this.#free < bytes) {
      this.#pages++;
      this.#free = HEAP_ROOM;
    }
    this.#free -= bytes;
  }

  /** The last page counts as far as it is filled: rows like these go on there. */
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

/** Bytes beside the rows of an empty table: the free space map, the visibility map, and an index for long texts. */
export const TABLE_OVERHEAD = 5 * PAGE;

const INDEX_TUPLE_HEADER = 8;
/** Room for entries in a page that CREATE INDEX fills to 90 %, beside the page's special space and its high key. */
const LEAF_ROOM = PAGE - PAGE_HEADER - 16 - 2 * LINE_POINTER - Math.floor(PAGE * 0.1);
/** The same in the pages above, filled to 70 %. */
const INNER_ROOM = PAGE - PAGE_HEADER - 16 - 2 * LINE_POINTER - Math.floor(PAGE * 0.3);
/** Rows of one key share an entry of at most this size, each by a pointer of 6 bytes. */
const LARGEST_POSTING_LIST = 812;
const ROW_POINTER = 6;

/** Bytes of an index entry without its line pointer, for texts of these lengths (below 127 bytes each). */
export function indexTupleBytes(keyTexts: readonly number[]): number {
  return align(INDEX_TUPLE_HEADER + keyTexts.reduce((sum, bytes) => sum + 1 + bytes, 0));
}

/**
 * Bytes of a B-tree that is built over present rows, by PostgreSQL 13 or later, which stores the rows of equal keys
 * as lists. How many rows the keys have is taken to be geometric: few keys have many.
 *
 * @param rows that the index has
 * @param distinct how many different keys they have
 * @param tuple bytes of an entry, as `indexTupleBytes` says
 */
export function btreeBytes(rows: number, distinct: number, tuple: number): number {
  // The first page tells where the root is.
  if (rows < 1) return PAGE;
  const repeated = Math.max(0, 1 - distinct / rows);
  const singles = distinct * (1 - repeated);
  const rowsPerList = Math.floor((LARGEST_POSTING_LIST - tuple) / ROW_POINTER);
  const lists = distinct / (1 - repeated ** rowsPerList) - singles;
  // A list ends on a boundary, on average half a boundary behind its last pointer.
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
