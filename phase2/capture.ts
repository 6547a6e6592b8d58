/**
 * What `--pre-optimization` and `--post-optimization` write: every figure as the database gave it. Times are in
 * milliseconds, sizes in bytes.
 */
export interface Capture {
  kind: "pre-optimization" | "post-optimization";
  /** Of this format. */
  version: 1;
  /** ISO 8601. */
  captured_at: string;
  /**
   * Of two captures that were taken in turns, block by block: the same in both. Blocks with the same index were
   * measured side by side, and blocks 2k and 2k + 1 of both together are round k (ABBA).
   */
  experiment?: string;
  conditions: Conditions;
  tables: RelationSize[];
  indexes: IndexState[];
  queries: QuerySamples[];
  writes: WriteCost;
  /** How caches were emptied before `cold_ms`, where they were, e.g. `restart of the server`. */
  cold_by?: string;
}

/** What two captures must have in common to be compared. */
export interface Conditions {
  /** e.g. `18.4` */
  server_version: string;
  database: string;
  /** Draws the parameters of the queries. */
  seed: string;
  /** Settings that plans and times depend on, by name. */
  settings: Record<string, string>;
  /** Table -> fingerprint of its rows where the dataset is ours, its number of rows otherwise. */
  dataset: Record<string, string>;
  /** Query -> digest of its text and parameters. */
  queries: Record<string, string>;
}

/** A table with its rows and its size on disk, without indexes. */
export interface RelationSize {
  name: string;
  rows: number;
  bytes: number;
}

/** An index of the application's schema. */
export interface IndexState {
  name: string;
  table: string;
  /** As `pg_get_indexdef` has it. */
  definition: string;
  bytes: number;
  valid: boolean;
  /** Seconds that its build took, where this program built it. */
  build_seconds?: number;
}

/** One hot query in one stratum of its parameters, e.g. Q1 on the heaviest rooms. */
export interface QuerySamples {
  /** e.g. `Q1` */
  query: string;
  /** What it does, in a few words. */
  title: string;
  /** e.g. `heaviest rooms` */
  stratum: string;
  /** Largest acceptable 95th percentile. */
  target_ms?: number;
  /** EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) of one execution. */
  plan: unknown;
  /**
   * Latencies as the client saw them, block by block, each in the order of execution. Blocks are taken in turn with
   * those of other queries, at least ten of them; each has every parameter equally often.
   */
  warm_ms: number[][];
  /** Latencies of first executions after a restart of the server, where the server is ours. */
  cold_ms?: number[];
  /** Mean number of rows returned. */
  rows: number;
}

/** What an insert of one message costs (Q2), measured in transactions that are rolled back. */
export interface WriteCost {
  /** e.g. `Q2` */
  query: string;
  title: string;
  /** Largest acceptable 95th percentile. */
  target_ms?: number;
  /** Latencies as the client saw them, block by block like those of the other queries. */
  insert_ms: number[][];
  /**
   * Bytes of write-ahead log for a row with its entries in indexes: the median over rows for which no whole page had
   * to be logged, as it has when it is first changed after a checkpoint.
   */
  wal_bytes_per_row: number;
}
