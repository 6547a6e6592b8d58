import { Ascii } from "../encoding/ascii";
import { exp, normalQuantile } from "../plan/arithmetic";
import type { Stream, Streams } from "../../common/random";
import type { TimeModel } from "../plan/time-model";

/** The names of message types, in the order of MESSAGE_TYPE. */
export const typeNames = ["TEXT", "IMAGE", "FILE", "AUDIO", "VIDEO"].map((name) => new Ascii(name));

/** Shares of all messages. */
const EDITED = 0.03;
const DELETED = 0.01;
/** A fate in [0, EDITED) means edited, and one in [FIRST_DELETED, FIRST_DELETED + DELETED) deleted. Both ranges overlap. */
const FIRST_DELETED = EDITED - EDITED * DELETED;
const MINUTE = 60_000;

/** The longest text, in characters. */
export const LONGEST_TEXT = 5000;
/** Quantiles of text lengths, which are log-normal with mu 4.5 and sigma 1.2. */
const LENGTHS = Uint16Array.from({ length: 2 ** 14 }, (_, i) =>
  Math.min(LONGEST_TEXT, Math.max(1, Math.round(exp(4.5 + 1.2 * normalQuantile((i + 0.5) / 2 ** 14))))),
);

/** The length of a text, 1 to 5000 characters, from 32 random bits. */
export function textLength(bits: number): number {
  return LENGTHS[bits >>> 18]!;
}

/** The number of fates. They have 31 bits, because V8 stores a number of 32 bits as an object. */
const FATES = 2 ** 31;

/** Decides whether a message is edited, deleted or read, by a random number below FATES, its fate. */
export class MessageProperties {
  readonly #fate: Stream;
  readonly #edited: Stream;
  readonly #deleted: Stream;

  constructor(
    streams: Streams,
    readonly time: TimeModel,
  ) {
    this.#fate = streams("messages.fate");
    this.#edited = streams("messages.editedAt");
    this.#deleted = streams("messages.deletedAt");
  }

  /** The fate of a message, which decides its editing, its deleting and its status. */
  fateOf(message: number): number {
    return this.#fate.bits(message) >>> 1;
  }

  /** When a message that was sent at the instant `at` was edited, or NaN. */
  editedAt(fate: number, at: number): number {
    if (fate >= EDITED * FATES) return NaN;
    return Math.min(at + 5000 + this.#edited.below(fate, 10 * MINUTE), this.time.end);
  }

  /** When the message was deleted, which is after any edit, or NaN. */
  deletedAt(fate: number, at: number): number {
    if (fate < FIRST_DELETED * FATES || fate >= (FIRST_DELETED + DELETED) * FATES) return NaN;
    return Math.min(at + 11 * MINUTE + this.#deleted.below(fate, 60 * MINUTE), this.time.end);
  }
}
