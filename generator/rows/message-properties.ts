import { Ascii } from "../encoding/ascii";
import { exp, normalQuantile } from "../plan/arithmetic";
import type { Stream, Streams } from "../../common/random";
import type { TimeModel } from "../plan/time-model";

/** The names of message types, in the order of MESSAGE_TYPE. */
export const typeNames = ["TEXT", "IMAGE", "FILE", "AUDIO", "VIDEO"].map((name) => new Ascii(name));

/** Shares of messages. */
const EDITED = 0.03;
const DELETED = 0.01;
/** Of the numbers in [0, 1), those below EDITED edit and those from here on delete; the share of both does both. */
const FIRST_DELETED = EDITED - EDITED * DELETED;
const MINUTE = 60_000;

export const LONGEST_TEXT = 5000;
/** Quantiles of text lengths: log-normal, mu 4.5, sigma 1.2. */
const LENGTHS = Uint16Array.from({ length: 2 ** 14 }, (_, i) =>
  Math.min(LONGEST_TEXT, Math.max(1, Math.round(exp(4.5 + 1.2 * normalQuantile((i + 0.5) / 2 ** 14))))),
);

/** How many characters a text has, 1 to 5000, by 32 random bits. */
export function textLength(bits: number): number {
  return LENGTHS[bits >>> 18]!;
}

/** Of 31 bits, because V8 would make an object of a number that takes 32. */
const FATES = 2 ** 31;

/** What becomes of each message, by a random number below FATES that is its fate. */
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

  /** The number that decides for a message, which its editing, deleting and status all take. */
  fateOf(message: number): number {
    return this.#fate.bits(message) >>> 1;
  }

  /** When a message sent at an instant was edited, or NaN. */
  editedAt(fate: number, at: number): number {
    if (fate >= EDITED * FATES) return NaN;
    return Math.min(at + 5000 + this.#edited.below(fate, 10 * MINUTE), this.time.end);
  }

  /** When it was deleted, after any edit, or NaN. */
  deletedAt(fate: number, at: number): number {
    if (fate < FIRST_DELETED * FATES || fate >= (FIRST_DELETED + DELETED) * FATES) return NaN;
    return Math.min(at + 11 * MINUTE + this.#deleted.below(fate, 60 * MINUTE), this.time.end);
  }
}
