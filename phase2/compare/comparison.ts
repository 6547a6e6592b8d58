import type { Interval } from "../../statistics/bootstrap";
import type { Mode } from "../../statistics/modes";

/** The verdict on one query in one stratum. `verdict.ts` has the rule. */
export type QueryVerdict = "IMPROVED" | "DEGRADED" | "NO_CHANGE" | "INCONCLUSIVE";

/** The decision on the release of the indexes. `decision.ts` has the rule. */
export type Decision = "GO" | "NO-GO" | "INCONCLUSIVE";

/** What to do with one index. `advice.ts` has the rule. */
export type Advice = "release" | "leave out" | "undecided";

/** The comparison of two captures. Times are in milliseconds, sizes in bytes. */
export interface Comparison {
  /** The version of this format. */
  version: 1;
  /** `A/A` when both sides were the same on purpose. There is nothing to decide then: every difference is a false alarm. */
  verdict: Decision | "A/A";
  reasons: Reason[];
  /** The advice on all indexes in one sentence, e.g. `Release a; leave out b.` It is empty when no index differs. */
  advice: string;
  /**
   * How the captures were taken. `in turns`: block by block, so that both had the same conditions. `one after the other`:
   * any other change between them appears as an effect of the indexes.
   */
  method: "in turns" | "one after the other";
  /** The time of each capture, ISO 8601. */
  captured: Pair<string>;
  server_version: string;
  database: string;
  seed: string;
  settings: Record<string, string>;
  /** For each table, the fingerprint of a generated dataset's rows, or the number of rows of another dataset. */
  dataset: Record<string, string>;
  tables: { name: string; rows: number; bytes: number }[];
  /** How the caches were emptied before the first executions, when both captures have them. */
  cold_by?: string;
  rules: Rules;
  mix: Mix;
  /**
   * The milliseconds by which an average query of the mix became faster. Only proven changes count: queries that improved
   * with another plan, and queries that degraded.
   */
  gain_ms: number;
  queries: QueryComparison[];
  writes: WriteComparison;
  /** The indexes that were added, removed or changed. */
  indexes: IndexChange[];
  size: IndexSize;
}

/** How often the queries run, compared with each other. */
export interface Mix {
  /**
   * The source of the shares. `pg_stat_statements`: the calls of each query, when it has all of them. `share headers`: the
   * header `share` of the query files, when all have it. `equal shares`: nothing is known.
   */
  source: "pg_stat_statements" | "share headers" | "equal shares";
  /** The share of each query, from 0 to 1. The strata of a query have equal parts of it. */
  shares: Record<string, number>;
}

/** The size of all new indexes together. */
export interface IndexSize {
  bytes: number;
  /** The size as a share of the tables of these indexes. */
  of_tables: number;
  /** The size of the indexes divided by `shared_buffers`. Missing if the captures do not contain that setting. */
  of_shared_buffers?: number;
}

/** One reason for the decision or against it. */
export interface Reason {
  /** How the reason counts. An `open` reason forbids a GO until more is known. A `caution` does not influence the decision. */
  weight: "for" | "against" | "open" | "caution";
  text: string;
}

/** The thresholds that were used for the verdicts and the decision. */
export interface Rules {
  /** The least change that matters, as a share: 0.1 is 10 %. */
  minimum_effect: number;
  /** A change is significant when its p-value after Holm's correction is below this. */
  significance: number;
  /** The confidence level of the intervals. */
  confidence: number;
  /** A slowdown below this number of milliseconds is reported, but does not forbid a GO. */
  least_slowdown_ms: number;
  /** A gain below this number of milliseconds does not pay for an index. */
  least_gain_ms: number;
  /** By which share inserts may become more expensive when some query improved. */
  write_cost_paid: number;
  /** By which share inserts may become more expensive when no query improved. */
  write_cost_unpaid: number;
  /** The largest size of all new indexes together, as a share of their tables, when there is a limit. */
  index_budget?: number;
}

/** A value before and after. */
export interface Pair<T> {
  before: T;
  after: T;
}

export interface LatencyComparison {
  verdict: QueryVerdict;
  /** The reason for the verdict, as one sentence. */
  explanation: string;
  before: Latency;
  after: Latency;
  /** The median after, divided by the median before. Below 1, the query is faster. */
  ratio: number;
  /** The 95 % bootstrap interval of the ratio. */
  interval: Interval;
  /** The two-sided p-value of the Mann-Whitney U test. */
  p: number;
  /** The p-value after Holm's correction over all queries, strata and inserts. */
  p_holm: number;
  target?: Target;
}

export interface Latency {
  executions: number;
  blocks: number;
  median_ms: number;
  p95_ms: number;
  p99_ms: number;
  /** The modes of the latencies. With more than one, the median may be a value that hardly any execution has. */
  modes: Mode[];
  /** The quantiles 0, 0.02, …, 1. */
  quantiles_ms: number[];
}

/** Whether the 95th percentile meets its target. */
export interface Target extends Pair<TargetState> {
  /** The target, milliseconds. */
  ms: number;
  /** The 95 % intervals of both percentiles. */
  p95_intervals: Pair<Interval>;
}

/** Whether a target is met. `unsure` means that the 95 % interval of the percentile contains the target. */
export type TargetState = "met" | "missed" | "unsure";

export interface QueryComparison extends LatencyComparison {
  query: string;
  title: string;
  stratum: string;
  /** The mean number of returned rows. */
  rows: number;
  /** The medians of the first executions after a restart of the server, when both captures have them. */
  cold?: Pair<number>;
  plan: PlanChange;
}

export interface PlanChange {
  /** Whether nodes, relations or indexes differ. */
  changed: boolean;
  before: Plan;
  after: Plan;
  /** The indexes that only the plan after uses. */
  indexes_adopted: string[];
  /** The indexes that only the plan before uses. */
  indexes_dropped: string[];
  /** Whether only the plan before sorts. */
  sort_eliminated: boolean;
  /** All differences, each in a few words. */
  differences: string[];
}

/** The plan of one execution, as EXPLAIN (ANALYZE, BUFFERS) shows it. */
export interface Plan {
  nodes: PlanNode[];
  /** The pages that were found in shared buffers. */
  buffers_hit: number;
  /** The pages that were read from outside of shared buffers. */
  buffers_read: number;
}

export interface PlanNode {
  /** The number of levels below the root. */
  depth: number;
  /** What the node does, without figures, e.g. `Index Scan using messages_pkey on messages`. */
  text: string;
  /** The index that the node reads. */
  index?: string;
  /** The number of rows that the step of the plan returned, in all its loops together. */
  rows: number;
}

/** The cost of inserting one message. */
export interface WriteComparison extends LatencyComparison {
  query: string;
  title: string;
  /** The bytes of write-ahead log for one row. */
  wal_bytes_per_row: Pair<number>;
  /** The bytes of write-ahead log after, divided by the bytes before. */
  wal_ratio: number;
}

export interface IndexChange {
  name: string;
  table: string;
  change: "added" | "removed" | "changed";
  definition: string;
  /** The size after, or the size before when the index was removed. */
  bytes: number;
  valid: boolean;
  build_seconds?: number;
  /** Whether the database had the index before phase 2, by the comment that phase 2 gives to those it builds. */
  own?: true;
  /** The queries that use the index, e.g. `Q1 (heaviest rooms)`: by the plan before for a removed index, else by the plan after. */
  used_by: string[];
  advice: Advice;
  /** The reason for the advice, in a few words. */
  advice_reason: string;
  /** The milliseconds by which an average query of the mix became faster in plans with this index. */
  gain_ms: number;
  /** Other indexes that this index makes superfluous, because it begins with the same columns. */
  makes_redundant: string[];
}
