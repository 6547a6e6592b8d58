import { Ascii } from "../encoding/ascii";
import type { RowBuffer } from "../encoding/row-buffer";
import { remainder } from "../plan/arithmetic";
import { NONE } from "../plan/members";
import { MESSAGE_TYPE } from "../plan/message-type";
import type { Plan } from "../plan/plan";
import { READING, type MessageShard } from "../plan/message-shard";
import type { Stream } from "../../common/random";
import { tables } from "../tables";
import { sentencePool } from "./dictionary";
import type { Identities } from "./identities";
import { LONGEST_TEXT, MessageProperties, textLength, typeNames } from "./message-properties";
import type { ShardWriter } from "./shard-rows";

const SENT = new Ascii("SENT");
const DELIVERED = new Ascii("DELIVERED");
const READ = new Ascii("READ");
const DELETED = new Ascii("DELETED");
/** Seven of eight readable messages are marked READ. */
const READ_OF_EIGHT = 7;
/** One message with attachments in three has a caption. */
const CAPTION = 3;
const SPACE = 0x20;
const FULL_STOP = 0x2e;

/** Makes the rows of `messages` for any shard. Its tables are computed once from the plan. */
export class MessageWriter implements ShardWriter {
  readonly properties: MessageProperties;
  readonly #text: Stream;
  readonly #caption: Stream;
  readonly #pool;

  constructor(
    readonly plan: Plan,
    readonly ids: Identities,
  ) {
    this.properties = new MessageProperties(plan.streams, plan.time);
    this.#text = plan.streams("messages.content");
    this.#caption = plan.streams("messages.caption");
    const pool = plan.streams("messages.pool");
    this.#pool = sentencePool(2 ** 19, LONGEST_TEXT, (step, limit) => pool.below(step, limit));
  }

  write(shard: MessageShard, i: number, row: RowBuffer): number {
    const { members } = this.plan;
    const message = shard.message[i]!;
    const at = shard.at[i]!;
    const replyTo = shard.replyTo[i]!;
    const type = shard.type[i]!;
    const fate = this.properties.fateOf(message);
    const editedAt = this.properties.editedAt(fate, at);
    const deletedAt = this.properties.deletedAt(fate, at);
    const edited = !Number.isNaN(editedAt);
    const deleted = !Number.isNaN(deletedAt);

    row.row(tables.messages.length);
    this.ids.messages.write(row, at, message);
    if (type === MESSAGE_TYPE.text || remainder(this.#caption.bits(message), CAPTION) === 0)
      this.#writeText(message, row);
    else row.null();
    row.encoded(typeNames[type]!);
    row.encoded(deleted ? DELETED : statusOf(fate, shard.reading[i]!));
    row.bool(edited);
    row.timestamp(editedAt);
    row.bool(deleted);
    row.timestamp(deletedAt);
    if (replyTo === NONE) row.null();
    else this.ids.messages.write(row, shard.replyToAt[i]!, replyTo);
    row.null();
    row.null();
    row.timestamp(at);
    row.timestamp(deleted ? deletedAt : edited ? editedAt : at);
    row.keptId(this.ids.users, members.user[shard.sender[i]!]!);
    row.keptId(this.ids.conversations, shard.conversation[i]!);
    return 1;
  }

  #writeText(message: number, row: RowBuffer): void {
    const { text, sentences } = this.#pool;
    // One draw decides two things: its size gives the length of the text, its remainder the start.
    const bits = this.#text.bits(message);
    const start = sentences[remainder(bits, sentences.length)]!;
    row.cut(text, start, start + textLength(bits));
    // A text that would end with a space ends with a full stop instead.
    if (row.bytes[row.length - 1] === SPACE) row.bytes[row.length - 1] = FULL_STOP;
  }
}

/** The status of a message, by the last bits of its fate, which editing and deleting do not use. */
function statusOf(fate: number, reading: number): Ascii {
  if (reading === READING.recorded) return READ;
  if (reading === READING.possible && fate % 8 < READ_OF_EIGHT) return READ;
  return fate % 16 < 14 ? DELIVERED : SENT;
}
