/** Bytes of an entry while it is sorted: a key of about 30 bytes and the overhead of the sort, in the version that needs most. */
const ENTRY_BYTES = 100;
/** Bytes of the buffer that each run has while runs are merged, in PostgreSQL's `tuplesort.c`. */
const RUN_BYTES = 272 * 1024;
/** The least memory. With less, small sorts would use temporary files for no gain. */
const LEAST_MB = 8;

/**
 * The memory for the sort of an index, MB. It is the least memory that merges all runs in one pass (Knuth, The Art of
 * Computer Programming, volume 3, 5.4.1).
 *
 * More memory would be slower, because short runs are sorted within the processor's cache: on two processors, the indexes
 * of 5 million messages take a tenth less time with 12 MB for each than with 512 MB.
 *
 * @param rows the rows of the table
 */
export function sortMemoryMb(rows: number): number {
  return Math.max(LEAST_MB, Math.ceil(Math.sqrt(rows * ENTRY_BYTES * RUN_BYTES) / 2 ** 20));
}
