import type { RowBuffer } from "../encoding/row-buffer";

/** A run of rows for one table, written on demand as far as the buffer has room. */
export abstract class RowSource {
  /** Rows written so far. */
  written = 0;

  /** @param count how many rows there are to go through; some may write none, others several */
  constructor(protected readonly count: number) {}

  #next = 0;

  /** Writes rows until the buffer is full or none is left. Returns whether more are left. */
  fill(buffer: RowBuffer): boolean {
    while (this.#next < this.count && buffer.hasRoom()) this.write(this.#next++, buffer);
    return this.#next < this.count;
  }

  protected abstract write(n: number, buffer: RowBuffer): void;
}
