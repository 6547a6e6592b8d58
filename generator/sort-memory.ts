/** What an entry takes while it is sorted, bytes: a key of some 30 and the sort's own words, in the costliest version. */
const ENTRY_BYTES = 100;
/** What a run takes while runs are merged, bytes: its share of the buffers in PostgreSQL's `tuplesort.c`. */
const RUN_BYTES = 272 * 1024;
/** Less is not worth a file. */
const LEAST_MB = 8;

/**
 * Memory of the sort for an index of a table with so many rows, MB: what merges its runs in one pass (Knuth, The Art of Computer
 * Programming, volume 3, 5.4.1), and no more. Short runs are sorted within the processor's cache: on two processors the
 * indexes of 5 million messages take a tenth less time with 12 MB for each than with 512.
 */
export function sortMemoryMb(rows: number): number {
  return Math.max(LEAST_MB, Math.ceil(Math.sqrt(rows * ENTRY_BYTES * RUN_BYTES) / 2 ** 20));
}
