import type { RowBuffer } from "../encoding/row-buffer";

/** A run of rows for one table, written on demand as far as the buffer has room. */
export interface RowSource {
  /** Rows written so far. */
  readonly written: number;
  /** Writes rows until the buffer is full or none is left. Returns whether more are left. */
  fill(buffer: RowBuffer): boolean;
}
