import { MAX_WAL_GB } from "../postgres/wal-size";

/** Settings of every band by which a load test is watched: queries are recorded, slow ones and vacuums logged. */
export const watchingSettings = {
  shared_preload_libraries: "pg_stat_statements",
  log_min_duration_statement: "1000ms",
  log_autovacuum_min_duration: "0",
  autovacuum_vacuum_scale_factor: "0.05",
  autovacuum_analyze_scale_factor: "0.02",
  autovacuum_vacuum_cost_limit: "2000",
};

/**
 * All settings that every band has in common. A burst of writes is slowed down neither by checkpoints (with the default of
 * 1GB a load's rows take a fifth longer) nor by full log buffers (with the default of 8MB, a sixteenth).
 */
export const commonSettings = {
  ...watchingSettings,
  max_wal_size: `${MAX_WAL_GB}GB`,
  wal_buffers: "64MB",
};
