import type { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import type { Stream } from "../../common/random";
import { READING, type MessageSlice } from "../plan/slice";
import { tables } from "../tables";
import type { Identities } from "./identities";
import { Ids } from "./ids";
import type { SliceWriter } from "./slice-rows";

/** Half of the messages are read within this time, milliseconds; see `readAt`. */
const TYPICAL_DELAY = 90_000;

/** What the rows of `message_reads` of every slice share. */
export class ReadWriter implements SliceWriter {
  readonly #ids: Ids;
  readonly #delay: Stream;

  constructor(
    readonly plan: Plan,
    readonly identities: Identities,
  ) {
    this.#ids = new Ids(plan.streams, "message_reads");
    this.#delay = plan.streams("message_reads.readAt");
  }

  write(slice: MessageSlice, i: number, row: RowBuffer): number {
    if (slice.reading[i] !== READING.recorded) return 0;
    const message = slice.message[i]!;
    const reader = slice.reader[i]!;
    const readAt = this.#readAt(message, slice.at[i]!, reader, slice.conversation[i]!);
    row.row(tables.message_reads.length);
    this.#ids.write(row, readAt, message);
    row.timestamp(readAt);
    row.timestamp(readAt);
    row.timestamp(readAt);
    row.keptId(this.identities.users, this.plan.members.user[reader]!);
    this.identities.messages.write(row, slice.at[i]!, message);
    return 1;
  }

  /** Some time after the message, and not after the member's `lastReadAt`. */
  #readAt(message: number, at: number, reader: number, conversation: number): number {
    const u = this.#delay.unit(message);
    const readAt = at + 1000 + Math.floor((TYPICAL_DELAY * u) / (1.001 - u));
    return Math.max(at, Math.min(readAt, this.plan.members.lastReadAt(reader, conversation)));
  }
}
