/** `max_wal_size` of every band, GB: the write-ahead log that a burst of writes may leave before a checkpoint. */
export const MAX_WAL_GB = 8;
