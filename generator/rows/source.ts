import type { RowBuffer } from "../encoding/row-buffer";

/** The rows of one table, which are written on demand as long as the buffer has room. */
export interface RowSource {
  /** The number of rows written so far. */
  readonly written: number;
  /** Writes rows until the buffer is full or no row is left. Returns whether rows are left. */
  fill(buffer: RowBuffer): boolean;
}
