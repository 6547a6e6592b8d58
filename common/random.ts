import { createHash } from "node:crypto";

/** The inverses, modulo 2^32, of the multipliers in `bits`. */
const INVERSE_OF_FIRST_FACTOR = 0x333c4925;
const INVERSE_OF_SECOND_FACTOR = 0x97132227;

/**
 * Random numbers without state: the number for row n of a column depends only on (seed, column, n). Any process can
 * therefore make any row, in any order.
 */
export class Stream {
  // Signed, because V8 keeps signed 32-bit fields unboxed.
  readonly #first: number;
  readonly #second: number;

  /**
   * @param seed the dataset's seed
   * @param name the table and column, e.g. `messages.type`. Another name gives unrelated numbers.
   */
  constructor(seed: string, name: string) {
    const digest = createHash("sha256")
      .update(JSON.stringify([seed, name]))
      .digest();
    this.#first = digest.readInt32LE(0);
    this.#second = digest.readInt32LE(4);
  }

  /**
   * 32 random bits for row n, as an unsigned integer. In one stream, this is a bijection of the 32-bit integers: different
   * rows never have equal bits, which makes ids unique.
   */
  bits(n: number): number {
    // Two keyed rounds of a 32-bit finalizer (multipliers from the "lowbias32" search by C. Wellons).
    let h = n ^ this.#first;
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    h = (h ^ (h >>> 15)) + this.#second;
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    return (h ^ (h >>> 15)) >>> 0;
  }

  /** The row whose bits these are: the inverse of `bits`. */
  rowOf(bits: number): number {
    let h = bits | 0;
    h = this.#roundBack(h) - this.#second;
    return (this.#roundBack(h) ^ this.#first) >>> 0;
  }

  #roundBack(bits: number): number {
    let h = bits ^ (bits >>> 15) ^ (bits >>> 30);
    h = Math.imul(h, INVERSE_OF_SECOND_FACTOR);
    h = h ^ (h >>> 15) ^ (h >>> 30);
    h = Math.imul(h, INVERSE_OF_FIRST_FACTOR);
    return h ^ (h >>> 16);
  }

  /** The k-th of several draws for row n, as 32 random bits. */
  draw(n: number, k: number): number {
    return this.bits(this.bits(n) + Math.imul(k + 1, 0x9e3779b9));
  }

  /** A number in (0, 1) for row n. */
  unit(n: number): number {
    return (this.bits(n) + 0.5) * 2 ** -32;
  }

  /** An integer in [0, limit) for row n, for a limit up to 2^32. */
  below(n: number, limit: number): number {
    // The shift cuts the product to an integer, without the extra step that `Math.floor` would be.
    return (this.bits(n) * (2 ** -32 * limit)) >>> 0;
  }
}

/** Returns the stream of a table and column in one dataset. */
export type Streams = (name: string) => Stream;
