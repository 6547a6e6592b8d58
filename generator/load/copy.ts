import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { quoteIdentifier } from "../../postgres/connection";
import { RowBuffer } from "../encoding/row-buffer";
import type { RowSource } from "../rows/source";
import { tables, type TableName } from "../tables";

/** Ends the rows: it takes the place of a row's number of fields. */
const END_OF_ROWS = -1;

/** Sends rows to the server by COPY BINARY. It fills one buffer while the other is being sent. */
export class Copier {
  readonly #buffers = [new RowBuffer(), new RowBuffer()] as const;

  constructor(readonly client: Client) {}

  /**
   * Copies all rows of the source into a table.
   *
   * @param options `into`: another table with the same columns, as SQL text; `columns`: the columns of the rows, where
   *   they have more than those of the generator
   * @returns the bytes that were sent
   */
  async copy(
    table: TableName,
    rows: RowSource,
    options: { into?: string; columns?: readonly string[] | undefined } = {},
  ): Promise<number> {
    const { into = table, columns = tables[table] } = options;
    const list = columns.map(quoteIdentifier).join(", ");
    const stream = this.client.query(copyFrom(`COPY ${into} (${list}) FROM STDIN (FORMAT binary)`));
    const failed = new Promise<never>((_, reject) =>
      stream.once("error", (error) => {
        reject(withPlace(error));
      }),
    );
    failed.catch(() => undefined);
    // The socket calls back when it has taken the whole buffer, which can then be filled again.
    const send = (chunk: Buffer): Promise<void> =>
      new Promise((resolve, reject) => {
        stream.write(chunk, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });

    let bytes = 0;
    let sent: Promise<void> = Promise.resolve();
    for (let more = true, turn = 0; more; turn++) {
      const buffer = this.#buffers[turn % 2]!;
      buffer.length = 0;
      if (turn === 0) buffer.header();
      more = rows.fill(buffer);
      if (!more) buffer.row(END_OF_ROWS);
      await Promise.race([sent, failed]);
      sent = send(buffer.bytes.subarray(0, buffer.length));
      sent.catch(() => undefined);
      bytes += buffer.length;
    }
    await Promise.race([sent, failed]);
    await Promise.race([new Promise<void>((resolve) => stream.end(resolve)), failed]);
    return bytes;
  }
}

/** Adds to the server's message which table, row and column it is about. */
function withPlace(error: Error): Error {
  const where = "where" in error && typeof error.where === "string" ? error.where.split("\n", 1)[0]! : "";
  const code = "code" in error ? error.code : undefined;
  return where === "" ? error : Object.assign(new Error(`${error.message} (${where})`), { code });
}
