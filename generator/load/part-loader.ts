import type { Client } from "pg";
import { makePlan, type Plan } from "../plan/plan";
import { MessageSlice, sliceBounds } from "../plan/slice";
import { AttachmentRows, AttachmentWriter } from "../rows/attachments";
import { ConversationRows } from "../rows/conversations";
import { identities, type Identities } from "../rows/identities";
import { MemberRows } from "../rows/members";
import { MessageRows, MessageWriter } from "../rows/messages";
import { ReadRows, ReadWriter } from "../rows/reads";
import type { RowSource } from "../rows/source";
import { UserRows } from "../rows/users";
import type { DatasetSpec } from "../spec";
import type { TableName } from "../tables";
import { Copier } from "./copy";
import { addLine, type Part } from "./ledger";
import type { PartKey } from "./parts";

/** What was sent for a part. */
export interface Sent {
  rows: Partial<Record<TableName, number>>;
  bytes: number;
}

/** Makes and sends the rows of parts. Holds the plan and one slice's columns, whatever the number of parts. */
export class PartLoader {
  readonly #copier: Copier;
  readonly #plan: Plan;
  readonly #ids: Identities;
  readonly #bounds: Float64Array;
  readonly #slice: MessageSlice;
  readonly #messages: MessageWriter;
  readonly #attachments: AttachmentWriter;
  readonly #reads: ReadWriter;

  constructor(
    readonly client: Client,
    spec: DatasetSpec,
    shards: number,
  ) {
    this.#copier = new Copier(client);
    this.#plan = makePlan(spec);
    this.#ids = identities(this.#plan);
    this.#bounds = sliceBounds(this.#plan, shards);
    this.#slice = new MessageSlice(this.#plan);
    this.#messages = new MessageWriter(this.#plan, this.#ids);
    this.#attachments = new AttachmentWriter(this.#plan, this.#ids);
    this.#reads = new ReadWriter(this.#plan, this.#ids);
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

  #sources(part: Part, from: number, to: number): [TableName, RowSource][] {
    switch (part) {
      case "users":
        return [[part, new UserRows(this.#plan, this.#ids)]];
      case "conversations":
        return [[part, new ConversationRows(this.#plan, this.#ids)]];
      case "conversation_users":
        return [[part, new MemberRows(this.#plan, this.#ids)]];
      case "messages":
        this.#slice.read(from, to);
        return [
          ["messages", new MessageRows(this.#messages, this.#slice)],
          ["attachments", new AttachmentRows(this.#attachments, this.#slice)],
          ["message_reads", new ReadRows(this.#reads, this.#slice)],
        ];
    }
  }
}
