/**
 * `max_wal_size` of every band, in GB. A smaller value makes checkpoints slow a load down. With a larger value a new
 * server must create more log files instead of reusing them.
 */
export const MAX_WAL_GB = 4;
