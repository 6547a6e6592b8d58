import type { CheckKey, CheckResult } from "./report";

/** What a passed check means for a load test. */
const praise: Partial<Record<CheckKey, string>> = {
  heavy_rooms: "Heavy rooms present - will activate hot indexes and caching",
  power_law_tail: "Power-law tail realistic - queries will exhibit production-like skew",
};

/** The general advice on alpha. Advice with figures replaces it where there is some. */
const lowerAlpha = "decrease power-law alpha in generator (e.g., 1.8 → 1.6)";

/** For each failed check, what is wrong and what to do. */
const guidance: Record<CheckKey, string> = {
  heavy_rooms: `Insufficient heavy rooms - distribution too uniform, won't stress hot paths: ${lowerAlpha}, regenerate dataset, re-validate`,
  power_law_tail: `Power-law tail too short - queries won't exhibit production-like skew: ${lowerAlpha} or allow larger conversations, regenerate dataset, re-validate`,
  type_variety:
    "Type variety missing - some code paths won't be tested: generate several conversation and message types, re-validate",
  diurnal_variation:
    "Diurnal variation too flat - temporal indexes won't be tested: give the generator busier peak hours, regenerate dataset, re-validate",
  pii_safety:
    "PII detected - CRITICAL: delete dataset immediately, ensure generator uses only `syn_` or `synthetic_` prefixes, regenerate dataset, re-validate",
  referential_integrity:
    "Orphaned records - CRITICAL: joins will lose rows: restore the foreign keys, regenerate dataset, re-validate",
  timestamp_ordering:
    "Messages out of order - queries by time won't be correct: regenerate dataset, re-validate",
  data_completeness:
    "NULL foreign keys - queries won't be correct: restore the NOT NULL constraints, regenerate dataset, re-validate",
};

/**
 * Writes the recommendations: praise for passed checks, and guidance with figures for failed ones.
 *
 * @param advice further advice for failed checks
 */
export function recommendations(
  checks: readonly CheckResult[],
  ready: boolean,
  advice: Partial<Record<CheckKey, string>>,
): string[] {
  const failed = checks.filter(({ verdict }) => verdict !== "PASS");
  return [
    ...(failed.length === 0 ? ["✓ Dataset passes all quality checks"] : []),
    ...failed.map((check) => failure(check, advice[check.key] ?? lowerAlpha)),
    ...checks.flatMap(({ key, verdict }) =>
      verdict === "PASS" && praise[key] !== undefined ? [`✓ ${praise[key]}`] : [],
    ),
    approval(failed.length, ready),
  ];
}

function failure({ key, verdict, measured, threshold }: CheckResult, remedy: string): string {
  const guided = guidance[key].replace(lowerAlpha, remedy);
  return `${verdict === "FAIL" ? "✗" : "⚠"} ${guided} (${measured}; required: ${threshold})`;
}

function approval(failures: number, ready: boolean): string {
  if (!ready) return "✗ NOT APPROVED for Phase 2 performance testing";
  if (failures === 0) return "✓ APPROVED for Phase 2 performance testing";
  return `⚠ APPROVED for Phase 2 performance testing, with ${failures} ${failures === 1 ? "warning" : "warnings"}`;
}
