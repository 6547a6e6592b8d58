import type { RowBuffer } from "../encoding/row-buffer";
import type { RowSource } from "./source";

/** All rows of a table. Each row is made from its number. */
export abstract class WholeRows implements RowSource {
  written = 0;

  /** @param count the number of rows of the table */
  constructor(protected readonly count: number) {}

  fill(buffer: RowBuffer): boolean {
    while (this.written < this.count && buffer.hasRoom()) this.write(this.written++, buffer);
    return this.written < this.count;
  }

  /** Writes row n. */
  protected abstract write(n: number, row: RowBuffer): void;
}
