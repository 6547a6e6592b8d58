/**
 * `max_wal_size` of every band, GB: the write-ahead log that a burst of writes may leave before a checkpoint. With less,
 * a load is held up by checkpoints; with more, by files of log that a new server has to make instead of using them again.
 */
export const MAX_WAL_GB = 4;
