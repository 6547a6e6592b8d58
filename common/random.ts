import { createHash } from "node:crypto";

/**
 * Random numbers by counting instead of by state: the number for row n of a column is a pure function of
 * (seed, column, n), so any row can be made alone, in any order, by any process.
 */
export class Stream {
  // Signed, because V8 keeps signed 32-bit fields unboxed.
  readonly #first: number;
  readonly #second: number;

  /**
   * @param seed the dataset's seed
   * @param name table and column, e.g. `messages.type`; another name gives unrelated numbers
   */
  constructor(seed: string, name: string) {
    const digest = createHash("sha256")
      .update(JSON.stringify([seed, name]))
      .digest();
    this.#first = digest.readInt32LE(0);
    this.#second = digest.readInt32LE(4);
  }

  /**
   * 32 random bits for row n, as an unsigned integer. A bijection of the 32-bit integers for a given stream:
   * different rows never get equal bits, which makes ids unique.
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

  /** The k-th of several draws for one row. */
  draw(n: number, k: number): number {
    return this.bits(this.bits(n) + Math.imul(k + 1, 0x9e3779b9));
  }

  /** A number in (0, 1) for row n. */
  unit(n: number): number {
    return (this.bits(n) + 0.5) * 2 ** -32;
  }

  /** An integer in [0, limit) for row n, for a limit up to 2^32. */
  below(n: number, limit: number): number {
    // Cut to an integer by the shift: what follows is then done with integers, and `floor` would be another step.
    return (this.bits(n) * (2 ** -32 * limit)) >>> 0;
  }
}

/** The streams of one dataset, made from its seed. */
export type Streams = (name: string) => Stream;
