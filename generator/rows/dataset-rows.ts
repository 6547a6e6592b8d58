import { RowBuffer } from "../encoding/row-buffer";
import { makePlan, type Plan } from "../plan/plan";
import { MessageSlice, sliceBounds } from "../plan/slice";
import type { DatasetSpec } from "../spec";
import type { TableName } from "../tables";
import { AttachmentWriter } from "./attachments";
import { ConversationRows } from "./conversations";
import { identities, type Identities } from "./identities";
import { MemberRows } from "./members";
import { MessageWriter } from "./messages";
import { ReadWriter } from "./reads";
import { SliceRows } from "./slice-rows";
import type { RowSource } from "./source";
import { UserRows } from "./users";

/** So many messages are enough for V8 to compile what makes them. */
const REHEARSED = 60_000;

/** The tables that are made whole; the others are made by slices of time. */
export const wholeTables = ["users", "conversations", "conversation_users"] as const;
export type WholeTable = (typeof wholeTables)[number];

/** Rows, and the table that they are for. */
export type TableRows = [table: TableName, rows: RowSource];

/** All rows of a dataset, on demand. Holds the plan and one slice's columns, however many slices are asked for. */
export class DatasetRows {
  readonly plan: Plan;
  readonly #ids: Identities;
  readonly #slice: MessageSlice;
  readonly #messages: MessageWriter;
  readonly #attachments: AttachmentWriter;
  readonly #reads: ReadWriter;

  constructor(spec: DatasetSpec) {
    this.plan = makePlan(spec);
    this.#ids = identities(this.plan);
    this.#slice = new MessageSlice(this.plan);
    this.#messages = new MessageWriter(this.plan, this.#ids);
    this.#attachments = new AttachmentWriter(this.plan, this.#ids);
    this.#reads = new ReadWriter(this.plan, this.#ids);
  }

  /** Makes some rows for nobody, so that their code is compiled when it counts: a tenth of a second. */
  rehearse(): void {
    const buffer = new RowBuffer();
    const [from, to] = sliceBounds(this.plan, Math.ceil(this.plan.spec.messages / REHEARSED));
    for (const [, rows] of this.slice(from!, to!)) {
      do buffer.length = 0;
      while (rows.fill(buffer));
    }
  }

  whole(table: WholeTable): RowSource {
    const rows = { users: UserRows, conversations: ConversationRows, conversation_users: MemberRows };
    return new rows[table](this.plan, this.#ids);
  }

  /** The messages from one instant up to another and what hangs on them; takes the place of the slice before. */
  slice(from: number, to: number): TableRows[] {
    this.#slice.read(from, to);
    return [
      ["messages", new SliceRows(this.#messages, this.#slice)],
      ["attachments", new SliceRows(this.#attachments, this.#slice)],
      ["message_reads", new SliceRows(this.#reads, this.#slice)],
    ];
  }
}
