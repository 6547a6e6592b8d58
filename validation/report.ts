import type { Analysis, Finding } from "./findings/finding";

/** PASS; WARNING: a check that is not critical failed; FAIL: a critical one did. */
export type Verdict = "PASS" | "WARNING" | "FAIL";

/** How many rows have one type. */
export interface TypeCount {
  type: string;
  count: number;
  /** Of all rows, 0 to 100, one decimal. */
  percentage: number;
}

/** How many conversations have a size within one range. */
export interface HistogramBucket {
  /** The range of messages per conversation: `1-10`, `11-50`, … `5K+`. */
  range: string;
  conversations: number;
  messages: number;
}

/** Bytes on disk as they were forecast and as they are. */
export interface SizeComparison {
  forecast_bytes: number;
  actual_bytes: number;
  /** Forecast / actual. */
  ratio: number;
}

/** The same with rows. */
export interface RowsAndSize extends SizeComparison {
  forecast_rows: number;
  actual_rows: number;
}

/** What a generated dataset takes, beside its forecast. */
export interface DatasetSize {
  /** Each table without its indexes, and each of its indexes. */
  tables: (RowsAndSize & { table: string; indexes: (SizeComparison & { index: string })[] })[];
  /** All tables and indexes. */
  total: RowsAndSize;
}

/** The names of the eight checks, as keys. */
export type CheckKey =
  | "heavy_rooms"
  | "power_law_tail"
  | "type_variety"
  | "diurnal_variation"
  | "pii_safety"
  | "referential_integrity"
  | "timestamp_ordering"
  | "data_completeness";

/** One of the eight checks: what it measured, how, and what it made of it. */
export interface CheckResult {
  key: CheckKey;
  name: string;
  /** A critical check that fails makes the whole verdict FAIL, any other makes it WARNING. */
  critical: boolean;
  verdict: Verdict;
  /** The figure the verdict rests on, not rounded. */
  value: number;
  /** All figures the verdict rests on, as text, e.g. `top 1 % holds 18.2 %, top 5 % holds 34.5 % of messages`. */
  measured: string;
  /** The pass condition, as text, e.g. `at least 15 % and 30 %`. */
  threshold: string;
  /** The statements the figure comes from. */
  sql: string[];
  /** Time of those statements. A statement that serves several checks counts in the first of them only. */
  seconds: number;
}

/**
 * What is known about a dataset's quality. Shares and ratios are rounded to the digits shown on the console;
 * verdicts are reached before rounding.
 */
export interface QualityReport {
  /**
   * ISO 8601, UTC.
   *
   * @format date-time
   */
  validation_timestamp: string;
  dataset_summary: { users: number; conversations: number; messages: number; attachments: number };
  /** Only of a dataset that was made from a known spec. */
  dataset_size?: DatasetSize;
  distribution_analysis: {
    heavy_rooms: {
      /** How many conversations the largest 1 % are: rounded down, at least one. */
      top_1_percent_conversations: number;
      /** Share of all messages, 0 to 1. */
      top_1_percent_message_share: number;
      top_5_percent_conversations: number;
      top_5_percent_message_share: number;
      verdict: Verdict;
    };
    /** Messages per conversation, over the conversations that have messages. */
    power_law_tail: {
      p50: number;
      p75: number;
      p90: number;
      p95: number;
      p99: number;
      max: number;
      tail_ratio_p99_p50: number;
      histogram: HistogramBucket[];
      verdict: Verdict;
    };
  };
  /** Most frequent type first. */
  type_distributions: { conversations: TypeCount[]; messages: TypeCount[]; verdict: Verdict };
  temporal_analysis: {
    /** The six busiest hours of day, UTC, ascending; fewer when fewer have messages. */
    peak_hours: number[];
    /** Messages in the busiest hour of day / in the quietest; an hour without any counts as one message. */
    diurnal_variation: number;
    /** Messages by hour of day, UTC: 24 counts, from midnight on. */
    hourly_distribution: number[];
    verdict: Verdict;
  };
  integrity_checks: {
    pii_safety: { synthetic_emails_only: boolean; real_email_count: number; verdict: Verdict };
    /** Rows that refer to a row that does not exist. */
    referential_integrity: {
      orphaned_messages: number;
      orphaned_conversations: number;
      orphaned_conversation_users: number;
      orphaned_attachments: number;
      orphaned_message_reads: number;
      verdict: Verdict;
    };
    timestamp_ordering: { out_of_order_messages: number; verdict: Verdict };
    data_completeness: { null_foreign_keys: number; verdict: Verdict };
  };
  overall_assessment: {
    verdict: Verdict;
    passed_tests: number;
    total_tests: number;
    ready_for_phase2: boolean;
  };
  recommendations: string[];
  /** The eight checks in the order of the console. */
  checks: CheckResult[];
  /** What else is known about the dataset; it does not change the verdict. */
  findings?: Finding[];
  /** What the charts are drawn from. */
  analysis?: Analysis;
}
