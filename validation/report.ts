import type { Analysis, Finding } from "./findings/finding";

/** PASS: all checks passed. WARNING: a check failed that is not critical. FAIL: a critical check failed. */
export type Verdict = "PASS" | "WARNING" | "FAIL";

/** The number of rows of one type. */
export interface TypeCount {
  type: string;
  count: number;
  /** The percentage of all rows, 0 to 100, with one decimal. */
  percentage: number;
}

/** The conversations whose size is within one range. */
export interface HistogramBucket {
  /** The range of messages per conversation: `1-10`, `11-50` … `5K+`. */
  range: string;
  conversations: number;
  messages: number;
}

/** The forecast bytes on disk and the actual ones. */
export interface SizeComparison {
  forecast_bytes: number;
  actual_bytes: number;
  /** The forecast bytes divided by the actual bytes. */
  ratio: number;
}

/** The forecast rows and bytes, and the actual ones. */
export interface RowsAndSize extends SizeComparison {
  forecast_rows: number;
  actual_rows: number;
}

/** The size of a generated dataset, compared with its forecast. */
export interface DatasetSize {
  /** The size of each table without its indexes, and of each index. */
  tables: (RowsAndSize & { table: string; indexes: (SizeComparison & { index: string })[] })[];
  /** The size of all tables and indexes together. */
  total: RowsAndSize;
}

/** The keys of the eight checks. */
export type CheckKey =
  | "heavy_rooms"
  | "power_law_tail"
  | "type_variety"
  | "diurnal_variation"
  | "pii_safety"
  | "referential_integrity"
  | "timestamp_ordering"
  | "data_completeness";

/** The result of one of the eight checks. */
export interface CheckResult {
  key: CheckKey;
  name: string;
  /** Whether a failure of this check makes the overall verdict FAIL. The failure of any other check makes it WARNING. */
  critical: boolean;
  verdict: Verdict;
  /** The figure on which the verdict depends, not rounded. */
  value: number;
  /** All figures on which the verdict depends, as text, e.g. `top 1 % holds 18.2 %, top 5 % holds 34.5 % of messages`. */
  measured: string;
  /** The pass condition, as text, e.g. `at least 15 % and 30 %`. */
  threshold: string;
  /** The SQL statements from which the figure comes. */
  sql: string[];
  /** The time that the report waited for this check. A pass over all rows that serves several checks counts only in the first of them. */
  seconds: number;
}

/**
 * The quality report of a dataset. Shares and ratios are rounded to the digits that the console shows. Verdicts are derived
 * before rounding.
 */
export interface QualityReport {
  /**
   * The time of the validation, ISO 8601, UTC.
   *
   * @format date-time
   */
  validation_timestamp: string;
  /** The number of rows. */
  dataset_summary: { users: number; conversations: number; messages: number; attachments: number };
  /** The seed and the exponent of the dataset. They are present only for a dataset that was generated from a known spec. */
  dataset_spec?: { seed: string; alpha: number };
  /** The size of the dataset. It is present only for a dataset that was generated from a known spec. */
  dataset_size?: DatasetSize;
  /** How messages are distributed over conversations. */
  distribution_analysis: {
    /** The largest conversations. */
    heavy_rooms: {
      /** The number of conversations in the largest 1 %, rounded down, at least one. */
      top_1_percent_conversations: number;
      /** Their share of all messages, 0 to 1. */
      top_1_percent_message_share: number;
      /** The number of conversations in the largest 5 %, rounded down, at least one. */
      top_5_percent_conversations: number;
      /** Their share of all messages, 0 to 1. */
      top_5_percent_message_share: number;
      verdict: Verdict;
    };
    /** Messages per conversation, over all conversations that have messages. */
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
  /** Rows by type, the most frequent type first. */
  type_distributions: { conversations: TypeCount[]; messages: TypeCount[]; verdict: Verdict };
  /** How messages are distributed over the hours of the day. */
  temporal_analysis: {
    /** The six busiest hours of the day, UTC, in ascending order. There are fewer when fewer hours have messages. */
    peak_hours: number[];
    /** The messages of the busiest hour of the day divided by those of the quietest. An hour without messages counts as one message. */
    diurnal_variation: number;
    /** Messages by hour of the day: 24 counts from midnight on, UTC. */
    hourly_distribution: number[];
    verdict: Verdict;
  };
  /** The checks that count faulty rows. */
  integrity_checks: {
    /** Users and messages with an email address that is not synthetic. */
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
    /** Messages that are older than a message with a lower id, or older than their conversation. */
    timestamp_ordering: { out_of_order_messages: number; verdict: Verdict };
    /** Required references that are NULL. */
    data_completeness: { null_foreign_keys: number; verdict: Verdict };
  };
  /** The overall verdict. */
  overall_assessment: {
    verdict: Verdict;
    passed_tests: number;
    total_tests: number;
    ready_for_phase2: boolean;
  };
  /** What to do, one sentence each. The first character is ✓, ⚠ or ✗. */
  recommendations: string[];
  /** The results of the eight checks, in the order of the console report. */
  checks: CheckResult[];
  /** Additional findings, which do not change the verdict. */
  findings?: Finding[];
  /** The figures from which the charts are drawn. */
  analysis?: Analysis;
}

/** The parts that every output of a report needs, with one field of each. */
const PARTS: Readonly<Record<string, string>> = {
  overall_assessment: "verdict",
  dataset_summary: "messages",
  distribution_analysis: "heavy_rooms",
  type_distributions: "messages",
  temporal_analysis: "peak_hours",
  integrity_checks: "pii_safety",
};

/** Whether a value has the format of this version's reports. It may come from a file, or from a database's history. */
export function isReport(value: unknown): value is QualityReport {
  if (typeof value !== "object" || value === null) return false;
  const report = value as Record<string, unknown>;
  return (
    typeof report.validation_timestamp === "string" &&
    Array.isArray(report.checks) &&
    Object.entries(PARTS).every(([part, field]) => {
      const content = report[part];
      return typeof content === "object" && content !== null && field in content;
    })
  );
}
