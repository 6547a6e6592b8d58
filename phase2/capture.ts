/**
 * A capture, which `--pre-optimization` and `--post-optimization` write. It holds every figure as it was measured. Times are
 * in milliseconds, sizes in bytes.
 */
export interface Capture {
  kind: "pre-optimization" | "post-optimization";
  /** The version of this format. */
  version: 1;
  /** The time of the capture, ISO 8601. */
  captured_at: string;
  /**
   * The identifier of an experiment. Two captures that were taken in turns have the same one. Their blocks with the same
   * position were measured next to each other, and blocks 2k and 2k + 1 of both are round k (ABBA).
   */
  experiment?: string;
  /** Whether both captures of the experiment were taken of the same state on purpose (A/A). */
  equal_arms?: true;
  /** How often the queries that read run, compared with each other; nothing where that is not known. */
  frequencies?: Frequencies;
  conditions: Conditions;
  tables: RelationSize[];
  indexes: IndexState[];
  queries: QuerySamples[];
  writes: WriteCost;
  /** How the caches were emptied before the executions of `cold_ms`, e.g. `restart of the server`. */
  cold_by?: string;
}

/** How often each query runs, e.g. `Q1: 40`. */
export interface Frequencies {
  source: "pg_stat_statements" | "share headers";
  /** Calls, or parts of any whole. */
  of: Record<string, number>;
}

/** The conditions that must be equal in two captures that are compared. */
export interface Conditions {
  /** The version of the server, e.g. `18.4`. */
  server_version: string;
  database: string;
  /** The seed of the queries' parameters. */
  seed: string;
  /** The settings on which plans and times depend, by name. */
  settings: Record<string, string>;
  /** For each table, the fingerprint of a generated dataset's rows, or the number of rows of another dataset. */
  dataset: Record<string, string>;
  /** For each query, a digest of its text and parameters. */
  queries: Record<string, string>;
}

/** A table with its rows and its size on disk without indexes. */
export interface RelationSize {
  name: string;
  rows: number;
  bytes: number;
}

/** An index of the application's schema. */
export interface IndexState {
  name: string;
  table: string;
  /** The definition, as `pg_get_indexdef` returns it. */
  definition: string;
  bytes: number;
  valid: boolean;
  /** For an invalid index, whether writes maintain it all the same. */
  maintained?: boolean;
  /** The seconds of its build, when this program has built it. */
  build_seconds?: number;
}

/** One hot query in one stratum of its parameters, e.g. Q1 on the heaviest rooms. */
export interface QuerySamples {
  /** The name of the query, e.g. `Q1`. */
  query: string;
  /** What the query does, in a few words. */
  title: string;
  /** The stratum of the parameters, e.g. `heaviest rooms`. */
  stratum: string;
  /** The largest acceptable 95th percentile. */
  target_ms?: number;
  /** The result of EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) for one execution. */
  plan: unknown;
  /**
   * Latencies as the client measured them, block by block, in the order of execution. Blocks of different queries are
   * taken in turns. Each block has every parameter equally often.
   */
  warm_ms: number[][];
  /** Latencies of the first executions after a restart of the server. They need a server that this project runs. */
  cold_ms?: number[];
  /** The mean number of returned rows. */
  rows: number;
}

/** The cost of inserting one message (Q2), measured in transactions that are rolled back. */
export interface WriteCost {
  /** The name of the query, e.g. `Q2`. */
  query: string;
  title: string;
  /** The largest acceptable 95th percentile. */
  target_ms?: number;
  /** Latencies as the client measured them, block by block like those of the other queries. */
  insert_ms: number[][];
  /**
   * The bytes of write-ahead log for a row and its index entries. This is the median over rows without a full-page image,
   * which the server logs when a page is first changed after a checkpoint.
   */
  wal_bytes_per_row: number;
}
