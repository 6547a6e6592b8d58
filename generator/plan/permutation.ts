import type { Streams } from "../../common/random";

const ROUNDS = 4;

/**
 * A pseudo-random permutation of [0, size) that stores nothing and can be inverted. It is a Feistel network on pairs of
 * digits in base ceil(sqrt(size)). The square of the base exceeds `size` by less than 2 sqrt(size) + 1. A value that falls
 * outside of [0, size) is permuted again, which is rare.
 */
export class Permutation {
  readonly #base: number;
  readonly #rounds;

  constructor(
    readonly size: number,
    streams: Streams,
    name: string,
  ) {
    this.#base = Math.ceil(Math.sqrt(size));
    this.#rounds = Array.from({ length: ROUNDS }, (_, round) => streams(`${name}.round${round}`));
  }

  /** The value to which x is mapped. */
  forward(x: number): number {
    const base = this.#base;
    let value = x;
    do {
      let left = (value / base) >>> 0;
      let right = value - left * base;
      for (let round = 0; round < ROUNDS; round++) {
        const sum = left + this.#rounds[round]!.below(right, base);
        left = right;
        right = sum >= base ? sum - base : sum;
      }
      value = left * base + right;
    } while (value >= this.size);
    return value;
  }

  /** The value that is mapped to y: `inverse(forward(x)) = x`. */
  inverse(y: number): number {
    const base = this.#base;
    let value = y;
    do {
      let left = (value / base) >>> 0;
      let right = value - left * base;
      for (let round = ROUNDS - 1; round >= 0; round--) {
        const difference = right - this.#rounds[round]!.below(left, base);
        right = left;
        left = difference < 0 ? difference + base : difference;
      }
      value = left * base + right;
    } while (value >= this.size);
    return value;
  }
}
