import { ID_FIELD, RowBuffer } from "../encoding/row-buffer";
import { remainder } from "../plan/arithmetic";
import type { Stream, Streams } from "../../common/random";

/** The number of values of four base-36 digits. */
const QUAD = 36 ** 4;
/** The two base-36 digits of each number below 36^2, as ASCII codes. The table is small enough for the L1 cache. */
const PAIRS = digitPairs();

/** The most ids that one row number may have, e.g. for the attachments of one message. */
const PARTS = 8;
/** The high part of a 32-bit number is below HIGH, so that four digits have room for FREE random variants of it. */
const HIGH = Math.ceil(2 ** 32 / QUAD);
const FREE = Math.floor(QUAD / HIGH);
/** 2^32 divided by the golden ratio. A multiplication by it turns a random number into a nearly unrelated one. */
const ANOTHER = 0x9e3779b9;

/**
 * Ids in the form of cuids: `c` and 24 base-36 digits.
 *
 * The first eight digits are the creation time, so that ids are in order of time. The next eight are a bijection of the
 * row's number, so that no two ids are equal. The last eight are random.
 */
export class Ids {
  readonly #number: Stream;
  readonly #random: Stream;

  constructor(streams: Streams, table: string) {
    this.#number = streams(`${table}.id`);
    this.#random = streams(`${table}.id.random`);
  }

  /**
   * Writes the id of row `n`.
   *
   * @param instant the creation time, Unix milliseconds
   * @param n below 2^32
   * @param part which of several ids of that row, e.g. an attachment of a message
   */
  write(row: RowBuffer, instant: number, n: number, part = 0): void {
    const time = Math.floor(instant / QUAD);
    const number = this.#number.bits(n);
    const high = Math.floor(number / QUAD);
    const random = this.#random.bits(n);
    row.id(
      quadDigits(time),
      quadDigits(instant - time * QUAD),
      quadDigits(high + HIGH * remainder(random, FREE)),
      quadDigits(number - high * QUAD),
      quadDigits(remainder(random, QUAD / PARTS) * PARTS + part),
      quadDigits(remainder(Math.imul(random, ANOTHER), QUAD)),
    );
  }

  /** The ids of rows 0, 1, … that were created at the given instants; see `RowBuffer.keptId`. */
  table(instants: Float64Array): RowBuffer {
    const kept = new RowBuffer((instants.length + 1) * ID_FIELD);
    for (let n = 0; n < instants.length; n++) this.write(kept, instants[n]!, n);
    return kept;
  }
}

/** The four base-36 digits of a number below QUAD, as the big-endian word of their ASCII codes. */
function quadDigits(n: number): number {
  const high = (n / 1296) | 0;
  return ((PAIRS[high]! << 16) | PAIRS[n - high * 1296]!) >>> 0;
}

function digitPairs(): Uint16Array {
  const digits = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz", "latin1");
  return Uint16Array.from(
    { length: 36 ** 2 },
    (_, n) => (digits[Math.floor(n / 36)]! << 8) | digits[n % 36]!,
  );
}
