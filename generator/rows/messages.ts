import { Ascii } from "../encoding/ascii";
import type { RowBuffer } from "../encoding/row-buffer";
import { remainder } from "../plan/arithmetic";
import { NONE } from "../plan/members";
import { MESSAGE_TYPE } from "../plan/message-type";
import type { Plan } from "../plan/plan";
import { READING, type MessageSlice } from "../plan/slice";
import type { Stream } from "../../common/random";
import { tables } from "../tables";
import { sentencePool } from "./dictionary";
import type { Identities } from "./identities";
import { LONGEST_TEXT, MessageProperties, textLength, typeNames } from "./message-properties";
import type { SliceWriter } from "./slice-rows";

const SENT = new Ascii("SENT");
const DELIVERED = new Ascii("DELIVERED");
const READ = new Ascii("READ");
const DELETED = new Ascii("DELETED");
/** Of eight messages that somebody may have read, how many somebody has. */
const READ_OF_EIGHT = 7;
/** One of so many attachments comes with a text. */
const CAPTION = 3;
const SPACE = 0x20;
const FULL_STOP = 0x2e;

/** What the rows of every slice share: tables made once from the plan. */
export class MessageWriter implements SliceWriter {
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

  write(slice: MessageSlice, i: number, row: RowBuffer): number {
    const { members } = this.plan;
    const message = slice.message[i]!;
    const at = slice.at[i]!;
    const replyTo = slice.replyTo[i]!;
    const type = slice.type[i]!;
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
    row.encoded(deleted ? DELETED : statusOf(fate, slice.reading[i]!));
    row.bool(edited);
    row.timestamp(editedAt);
    row.bool(deleted);
    row.timestamp(deletedAt);
    if (replyTo === NONE) row.null();
    else this.ids.messages.write(row, slice.replyToAt[i]!, replyTo);
    row.null();
    row.null();
    row.timestamp(at);
    row.timestamp(deleted ? deletedAt : edited ? editedAt : at);
    row.keptId(this.ids.users, members.user[slice.sender[i]!]!);
    row.keptId(this.ids.conversations, slice.conversation[i]!);
    return 1;
  }

  #writeText(message: number, row: RowBuffer): void {
    const { text, sentences } = this.#pool;
    // One draw for two things: its size says how long the text is, its remainder where it begins.
    const bits = this.#text.bits(message);
    const start = sentences[remainder(bits, sentences.length)]!;
    row.cut(text, start, start + textLength(bits));
    // A text that ends between two words ends with a full stop instead.
    if (row.bytes[row.length - 1] === SPACE) row.bytes[row.length - 1] = FULL_STOP;
  }
}

/** By the last bits of a message's fate, which editing and deleting leave free. */
function statusOf(fate: number, reading: number): Ascii {
  if (reading === READING.recorded) return READ;
  if (reading === READING.possible && fate % 8 < READ_OF_EIGHT) return READ;
  return fate % 16 < 14 ? DELIVERED : SENT;
}
