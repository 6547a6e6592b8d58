import { Ascii } from "../encoding/ascii";
import { exp, normalQuantile } from "../plan/arithmetic";
import type { Stream, Streams } from "../plan/random";
import type { TimeModel } from "../plan/time-model";

/** The names of message types, in the order of MESSAGE_TYPE. */
export const typeNames = ["TEXT", "IMAGE", "FILE", "AUDIO", "VIDEO"].map((name) => new Ascii(name));

/** Shares of messages. */
const EDITED = 0.03;
const DELETED = 0.01;
const MINUTE = 60_000;

export const LONGEST_TEXT = 5000;
/** Quantiles of text lengths: log-normal, mu 4.5, sigma 1.2. */
const LENGTHS = Uint16Array.from({ length: 2 ** 14 }, (_, i) =>
  Math.min(LONGEST_TEXT, Math.max(1, Math.round(exp(4.5 + 1.2 * normalQuantile((i + 0.5) / 2 ** 14))))),
);

/** What is decided for each message by its number alone. */
export class MessageProperties {
  readonly #length: Stream;
  readonly #edited: Stream;
  readonly #deleted: Stream;

  constructor(
    streams: Streams,
    readonly time: TimeModel,
  ) {
    this.#length = streams("messages.length");
    this.#edited = streams("messages.editedAt");
    this.#deleted = streams("messages.deletedAt");
  }

  /** How many characters the text has, 1 to 5000. */
  lengthOf(message: number): number {
    return LENGTHS[this.#length.bits(message) >>> 18]!;
  }

  /** When it was edited, or NaN. */
  editedAt(message: number, at: number): number {
    if (this.#edited.unit(message) >= EDITED) return NaN;
    return Math.min(at + 5000 + (this.#edited.draw(message, 0) % (10 * MINUTE)), this.time.end);
  }

  /** When it was deleted, after any edit, or NaN. */
  deletedAt(message: number, at: number): number {
    if (this.#deleted.unit(message) >= DELETED) return NaN;
    return Math.min(at + 11 * MINUTE + (this.#deleted.draw(message, 0) % (60 * MINUTE)), this.time.end);
  }
}
