import type { Unit } from "./profile";

/**
 * The edges at which each distribution is read, by its unit. They are the same for every database, so that they tell
 * nothing about one, and that two profiles can be compared edge by edge. At most 64 for each unit.
 */
export const edges: Readonly<Record<Unit, readonly number[]>> = {
  /** Numbers of things: each number up to 8, then a quarter more each time, to a million. */
  count: unique([1, 2, 3, 4, 5, 6, 7, ...growing(8, 1_000_000, 1.25).map(Math.round)]),
  /** Seconds: from one second to a year. */
  seconds: growing(1, 31_536_000, 1.33),
  /** Bytes of a text: from one byte to 64 KiB. */
  bytes: unique([1, 2, 4, 6, ...growing(8, 65_536, 1.17).map(Math.round)]),
  /** Bytes of a file: from 1 KiB to 1 GiB. */
  "file bytes": growing(1_024, 2 ** 30, 1.26).map(Math.round),
  /** Shares of the window or of a room: fine near 0, and then even. */
  share: [
    ...growing(0.001, 0.05, 1.45),
    ...Array.from({ length: 48 }, (_, i) => Number(((i + 3) / 51).toFixed(4))),
  ],
};

/** Numbers from the first to the last, each `factor` times the one before. */
function growing(first: number, last: number, factor: number): number[] {
  const steps = Math.floor(Math.log(last / first) / Math.log(factor));
  return unique(Array.from({ length: steps + 1 }, (_, i) => Number((first * factor ** i).toPrecision(4))));
}

function unique(numbers: readonly number[]): number[] {
  return [...new Set(numbers)];
}
