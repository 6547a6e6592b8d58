import type { Interval } from "../../statistics/bootstrap";
import type { Mode } from "../../statistics/modes";

/** Of one query in one stratum; `decision.ts` and `verdict.ts` say when each is given. */
export type QueryVerdict = "IMPROVED" | "DEGRADED" | "NO_CHANGE" | "INCONCLUSIVE";

/** Of the release. */
export type Decision = "GO" | "NO-GO" | "INCONCLUSIVE";

/** What two captures come to. Times are in milliseconds, sizes in bytes. */
export interface Comparison {
  /** Of this format. */
  version: 1;
  verdict: Decision;
  reasons: Reason[];
  /**
   * `in turns`: both captures were taken together, block by block. `one after the other`: whatever else changed
   * between them counts as the indexes' doing.
   */
  method: "in turns" | "one after the other";
  /** When each was captured, ISO 8601. */
  captured: Pair<string>;
  server_version: string;
  database: string;
  seed: string;
  settings: Record<string, string>;
  /** Table -> fingerprint of its rows where the dataset is ours, its number of rows otherwise. */
  dataset: Record<string, string>;
  tables: { name: string; rows: number; bytes: number }[];
  /** How caches were emptied before the first executions, where both captures have them. */
  cold_by?: string;
  rules: Rules;
  queries: QueryComparison[];
  writes: WriteComparison;
  /** Those that were added, removed or changed. */
  indexes: IndexChange[];
}

/** One reason for the verdict, or against it. */
export interface Reason {
  /** `open` reasons forbid a GO until more is known; a `caution` changes nothing. */
  weight: "for" | "against" | "open" | "caution";
  text: string;
}

/** By what the verdicts were given. */
export interface Rules {
  /** Least change that matters, as a share: 0.1 is 10 %. */
  minimum_effect: number;
  /** Holm-corrected p-values below this are significant. */
  significance: number;
  confidence: number;
  /** Slowdowns shorter than this, in milliseconds, are said and forbid nothing. */
  least_slowdown_ms: number;
  /** Most that inserts may cost more where some query improved, as a share. */
  write_cost_paid: number;
  /** The same where none did. */
  write_cost_unpaid: number;
}

/** Before and after. */
export interface Pair<T> {
  before: T;
  after: T;
}

export interface LatencyComparison {
  verdict: QueryVerdict;
  /** The verdict's reason, as one sentence. */
  explanation: string;
  before: Latency;
  after: Latency;
  /** The median after divided by the one before: below 1 is faster. */
  ratio: number;
  /** 95 % bootstrap interval of the ratio. */
  interval: Interval;
  /** Mann and Whitney's U, two-sided. */
  p: number;
  /** The same after Holm's correction over all queries, strata and inserts. */
  p_holm: number;
  target?: Target;
}

export interface Latency {
  executions: number;
  blocks: number;
  median_ms: number;
  p95_ms: number;
  p99_ms: number;
  /** More than one: the latencies are of several kinds, and the median may lie where hardly any is. */
  modes: Mode[];
  /** The quantiles 0, 0.02, …, 1. */
  quantiles_ms: number[];
}

/** Whether the 95th percentile keeps to its target. */
export interface Target extends Pair<TargetState> {
  ms: number;
}

/** `unsure`: its 95 % interval contains the target. */
export type TargetState = "met" | "missed" | "unsure";

export interface QueryComparison extends LatencyComparison {
  query: string;
  title: string;
  stratum: string;
  /** Mean number of rows returned. */
  rows: number;
  /** Medians of the first executions after a restart of the server, where both captures have them. */
  cold?: Pair<number>;
  plan: PlanChange;
}

export interface PlanChange {
  /** Nodes, relations or indexes differ. */
  changed: boolean;
  before: Plan;
  after: Plan;
  /** Indexes that are in the plan only after, only before. */
  indexes_adopted: string[];
  indexes_dropped: string[];
  sort_eliminated: boolean;
  /** What else is different, and the above, each as a few words. */
  differences: string[];
}

/** One execution, as EXPLAIN (ANALYZE, BUFFERS) has it. */
export interface Plan {
  nodes: PlanNode[];
  /** Pages found in shared buffers, and those that were not. */
  buffers_hit: number;
  buffers_read: number;
}

export interface PlanNode {
  /** Levels below the root. */
  depth: number;
  /** What it does, without figures, e.g. `Index Scan using messages_pkey on messages`. */
  text: string;
  /** The index that it reads. */
  index?: string;
  /** Rows over all loops. */
  rows: number;
}

/** What an insert of one message costs. */
export interface WriteComparison extends LatencyComparison {
  query: string;
  title: string;
  wal_bytes_per_row: Pair<number>;
  /** Bytes of write-ahead log after divided by those before. */
  wal_ratio: number;
}

export interface IndexChange {
  name: string;
  table: string;
  change: "added" | "removed" | "changed";
  definition: string;
  /** After, or before where it was removed. */
  bytes: number;
  valid: boolean;
  build_seconds?: number;
  /** Queries whose plan has it after, e.g. `Q1 (heaviest rooms)`. */
  used_by: string[];
}
