import type { Client } from "pg";
import { sliceBounds } from "../plan/slice";
import type { DatasetRows, TableRows } from "../rows/dataset-rows";
import type { TableName } from "../tables";
import { Copier } from "./copy";
import { addLine, type Part } from "./ledger";
import type { PartKey } from "./parts";

/** What was sent for a part. */
export interface Sent {
  rows: Partial<Record<TableName, number>>;
  bytes: number;
}

/** Makes and sends the rows of parts. */
export class PartLoader {
  readonly #copier: Copier;
  readonly #bounds: Float64Array;

  constructor(
    readonly client: Client,
    readonly rows: DatasetRows,
    shards: number,
  ) {
    this.#copier = new Copier(client);
    this.#bounds = sliceBounds(rows.plan, shards);
  }

  /** Sends a part's rows and writes its line in the ledger. Runs in a transaction, which commits both together. */
  async load({ part, number }: PartKey): Promise<Sent> {
    const [from, to] =
      part === "messages" ? [this.#bounds[number]!, this.#bounds[number + 1]!] : [-Infinity, Infinity];
    const sent: Sent = { rows: {}, bytes: 0 };
    for (const [table, rows] of this.#sources(part, from, to)) {
      sent.bytes += await this.#copier.copy(table, rows);
      sent.rows[table] = rows.written;
    }
    await addLine(this.client, { part, number, rows: sent.rows }, from, to);
    return sent;
  }

  #sources(part: Part, from: number, to: number): TableRows[] {
    return part === "messages" ? this.rows.slice(from, to) : [[part, this.rows.whole(part)]];
  }
}
