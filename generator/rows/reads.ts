import type { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import type { Stream } from "../../common/random";
import { READING, type MessageShard } from "../plan/message-shard";
import { tables } from "../tables";
import type { Identities } from "./identities";
import { Ids } from "./ids";
import type { ShardWriter } from "./shard-rows";

/** Half of the messages are read within this time, milliseconds; see `#readAt`. */
const TYPICAL_DELAY = 90_000;

/** Makes the rows of `message_reads` for any shard. */
export class ReadWriter implements ShardWriter {
  readonly #ids: Ids;
  readonly #delay: Stream;

  constructor(
    readonly plan: Plan,
    readonly identities: Identities,
  ) {
    this.#ids = new Ids(plan.streams, "message_reads");
    this.#delay = plan.streams("message_reads.readAt");
  }

  write(shard: MessageShard, i: number, row: RowBuffer): number {
    if (shard.reading[i] !== READING.recorded) return 0;
    const message = shard.message[i]!;
    const reader = shard.reader[i]!;
    const readAt = this.#readAt(message, shard.at[i]!, reader, shard.conversation[i]!);
    row.row(tables.message_reads.length);
    this.#ids.write(row, readAt, message);
    row.timestamp(readAt);
    row.timestamp(readAt);
    row.timestamp(readAt);
    row.keptId(this.identities.users, this.plan.members.user[reader]!);
    this.identities.messages.write(row, shard.at[i]!, message);
    return 1;
  }

  /** When the message was read: some time after it was sent, but not after the member's `lastReadAt`. */
  #readAt(message: number, at: number, reader: number, conversation: number): number {
    const u = this.#delay.unit(message);
    const readAt = at + 1000 + Math.floor((TYPICAL_DELAY * u) / (1.001 - u));
    return Math.max(at, Math.min(readAt, this.plan.members.lastReadAt(reader, conversation)));
  }
}
