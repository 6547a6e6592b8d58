import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { assess, verdictOf } from "../../validation/assessment";
import type { CheckKey, CheckResult, QualityReport } from "../../validation/report";

const critical = new Set<CheckKey>(["pii_safety", "referential_integrity"]);

const allChecks: CheckKey[] = [
  "heavy_rooms",
  "power_law_tail",
  "type_variety",
  "diurnal_variation",
  "pii_safety",
  "referential_integrity",
  "timestamp_ordering",
  "data_completeness",
];

/** The results of all eight checks, of which the named ones failed. */
export function checkResults(...failed: CheckKey[]): CheckResult[] {
  return allChecks.map((key) => ({
    key,
    name: key,
    critical: critical.has(key),
    verdict: verdictOf({ passed: !failed.includes(key), critical: critical.has(key) }),
    value: 0,
    measured: `measured ${key}`,
    threshold: `bound of ${key}`,
    sql: ["SELECT 1"],
    seconds: 0.1,
  }));
}

/** The published example of a report. It has a part of a report's keys. */
export const publishedReport = JSON.parse(
  readFileSync(resolve(__dirname, "../fixtures/quality-report.json"), "utf8"),
) as Record<string, unknown>;

/** The published example of the console output. */
export const publishedConsole = readFileSync(
  resolve(__dirname, "../fixtures/quality-report-console.txt"),
  "utf8",
);

/** A report with the figures of the published example. */
export function exampleReport(): QualityReport {
  const checks = checkResults();
  return {
    validation_timestamp: "2025-10-22T18:30:00Z",
    dataset_summary: { users: 5000, conversations: 8000, messages: 500000, attachments: 15000 },
    distribution_analysis: {
      heavy_rooms: {
        top_1_percent_conversations: 80,
        top_1_percent_message_share: 0.182,
        top_5_percent_conversations: 400,
        top_5_percent_message_share: 0.345,
        verdict: "PASS",
      },
      power_law_tail: {
        p50: 45,
        p75: 120,
        p90: 485,
        p95: 1200,
        p99: 5150,
        max: 12000,
        tail_ratio_p99_p50: 114.4,
        histogram: [],
        verdict: "PASS",
      },
    },
    type_distributions: {
      conversations: [
        { type: "DIRECT_MESSAGE", count: 5600, percentage: 70 },
        { type: "GROUP_CHAT", count: 2400, percentage: 30 },
      ],
      messages: [
        { type: "TEXT", count: 425000, percentage: 85 },
        { type: "IMAGE", count: 50000, percentage: 10 },
      ],
      verdict: "PASS",
    },
    temporal_analysis: {
      peak_hours: [9, 10, 11, 18, 19, 20],
      diurnal_variation: 2.3,
      hourly_distribution: [],
      verdict: "PASS",
    },
    integrity_checks: {
      pii_safety: { synthetic_emails_only: true, real_email_count: 0, verdict: "PASS" },
      referential_integrity: {
        orphaned_messages: 0,
        orphaned_conversations: 0,
        orphaned_conversation_users: 0,
        orphaned_attachments: 0,
        orphaned_message_reads: 0,
        verdict: "PASS",
      },
      timestamp_ordering: { out_of_order_messages: 0, verdict: "PASS" },
      data_completeness: { null_foreign_keys: 0, verdict: "PASS" },
    },
    ...assess(checks),
    checks,
  };
}
