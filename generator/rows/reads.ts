import type { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import type { Stream } from "../plan/random";
import { READING, type MessageSlice } from "../plan/slice";
import { tables } from "../tables";
import type { Identities } from "./identities";
import { Ids, ID_WORDS } from "./ids";
import { RowSource } from "./source";

/** Half of the messages are read within this time, milliseconds; see `readAt`. */
const TYPICAL_DELAY = 90_000;

/** What the rows of `message_reads` of every slice share. */
export class ReadWriter {
  readonly #ids: Ids;
  readonly #delay: Stream;
  readonly #words = new Uint32Array(ID_WORDS);

  constructor(
    readonly plan: Plan,
    readonly identities: Identities,
  ) {
    this.#ids = new Ids(plan.streams, "message_reads");
    this.#delay = plan.streams("message_reads.readAt");
  }

  /** Writes who read the message in place i of the slice's columns, where that is recorded. Returns the rows. */
  write(slice: MessageSlice, i: number, row: RowBuffer): number {
    if (slice.reading[i] !== READING.recorded) return 0;
    const message = slice.message[i]!;
    const reader = slice.reader[i]!;
    const readAt = this.#readAt(message, slice.at[i]!, reader, slice.conversation[i]!);
    row.row(tables.message_reads.length);
    this.#ids.write(this.#words, 0, readAt, message);
    row.id(this.#words);
    row.timestamp(readAt);
    row.timestamp(readAt);
    row.timestamp(readAt);
    row.id(this.identities.users, this.plan.members.user[reader]! * ID_WORDS);
    this.identities.messages.write(this.#words, 0, slice.at[i]!, message);
    row.id(this.#words);
    return 1;
  }

  /** Some time after the message, and not after the member's `lastReadAt`. */
  #readAt(message: number, at: number, reader: number, conversation: number): number {
    const u = this.#delay.unit(message);
    const readAt = at + 1000 + Math.floor((TYPICAL_DELAY * u) / (1.001 - u));
    return Math.max(at, Math.min(readAt, this.plan.members.lastReadAt(reader, conversation)));
  }
}

/** Rows of `message_reads`, in order of their messages. */
export class ReadRows extends RowSource {
  readonly #writer: ReadWriter;
  readonly #slice: MessageSlice;

  constructor(writer: ReadWriter, slice: MessageSlice) {
    super(slice.count);
    this.#writer = writer;
    this.#slice = slice;
  }

  protected write(n: number, row: RowBuffer): void {
    this.written += this.#writer.write(this.#slice, this.#slice.order[n]!, row);
  }
}
