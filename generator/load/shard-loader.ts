import type { Client } from "pg";
import type { Layout } from "../layout/filler";
import { FilledRows } from "../layout/filled-rows";
import { shardBounds } from "../plan/message-shard";
import type { DatasetRows, TableRows } from "../rows/dataset-rows";
import type { TableName } from "../tables";
import { Copier } from "./copy";
import { addEntry } from "./ledger";
import type { Shard } from "./shards";

/** The rows of each table and the bytes that were sent for a shard. */
export interface Sent {
  rows: Partial<Record<TableName, number>>;
  bytes: number;
}

/** Makes the rows of shards and sends them to the server. */
export class ShardLoader {
  readonly #copier: Copier;
  readonly #bounds: Float64Array;
  /** The shard that is loaded next, and the sources of its rows. */
  #prepared: { shard: Shard; sources: TableRows[] } | undefined;

  constructor(
    readonly client: Client,
    readonly rows: DatasetRows,
    shards: number,
    readonly layout: Layout,
  ) {
    this.#copier = new Copier(client);
    this.#bounds = shardBounds(rows.plan, shards);
  }

  /** Makes a shard's messages before `load` is called for it. Must not run while another shard is being loaded. */
  prepare(shard: Shard): void {
    this.#prepared = { shard, sources: this.#sources(shard) };
  }

  /** Sends a shard's rows and adds its entry to the ledger. Must run in a transaction, which commits both together. */
  async load(shard: Shard): Promise<Sent> {
    if (this.#prepared?.shard !== shard) this.prepare(shard);
    const { sources } = this.#prepared!;
    this.#prepared = undefined;
    const sent: Sent = { rows: {}, bytes: 0 };
    for (const [table, rows] of sources) {
      sent.bytes += await this.#copier.copy(table, rows, { columns: this.layout[table]?.columns });
      sent.rows[table] = rows.written;
    }
    await addEntry(this.client, { ...shard, rows: sent.rows }, ...this.#times(shard));
    return sent;
  }

  #sources(shard: Shard): TableRows[] {
    const { part } = shard;
    const plain: TableRows[] =
      part === "messages" ? this.rows.shard(...this.#times(shard)) : [[part, this.rows.whole(part)]];
    return plain.map(([table, rows]) => {
      const layout = this.layout[table];
      return [table, layout === undefined ? rows : new FilledRows(rows, layout, this.rows.plan.spec)];
    });
  }

  /** The slice of time that a shard's messages come from, which is unlimited for a whole table. */
  #times({ part, number }: Shard): [from: number, to: number] {
    return part === "messages" ? [this.#bounds[number]!, this.#bounds[number + 1]!] : [-Infinity, Infinity];
  }
}
