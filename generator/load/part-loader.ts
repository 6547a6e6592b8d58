import type { Client } from "pg";
import { sliceBounds } from "../plan/slice";
import type { DatasetRows, TableRows } from "../rows/dataset-rows";
import type { TableName } from "../tables";
import { Copier } from "./copy";
import { addLine } from "./ledger";
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
  /** The part whose rows are next. */
  #ready: { part: PartKey; sources: TableRows[] } | undefined;

  constructor(
    readonly client: Client,
    readonly rows: DatasetRows,
    shards: number,
  ) {
    this.#copier = new Copier(client);
    this.#bounds = sliceBounds(rows.plan, shards);
  }

  /** Makes what a part's rows come from, ahead of `load` for the same part. Not while another one is being loaded. */
  prepare(part: PartKey): void {
    this.#ready = { part, sources: this.#sources(part) };
  }

  /** Sends a part's rows and writes its line in the ledger. Runs in a transaction, which commits both together. */
  async load(part: PartKey): Promise<Sent> {
    if (this.#ready?.part !== part) this.prepare(part);
    const { sources } = this.#ready!;
    this.#ready = undefined;
    const sent: Sent = { rows: {}, bytes: 0 };
    for (const [table, rows] of sources) {
      sent.bytes += await this.#copier.copy(table, rows);
      sent.rows[table] = rows.written;
    }
    await addLine(this.client, { ...part, rows: sent.rows }, ...this.#slice(part));
    return sent;
  }

  #sources(key: PartKey): TableRows[] {
    const { part } = key;
    return part === "messages" ? this.rows.slice(...this.#slice(key)) : [[part, this.rows.whole(part)]];
  }

  /** The instants from which and up to which a part's messages are; open for a whole table. */
  #slice({ part, number }: PartKey): [from: number, to: number] {
    return part === "messages" ? [this.#bounds[number]!, this.#bounds[number + 1]!] : [-Infinity, Infinity];
  }
}
