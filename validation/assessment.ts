import { recommendations } from "./recommendations";
import type { CheckKey, CheckResult, QualityReport, Verdict } from "./report";

/** The number of checks that must pass before a measurement on the dataset makes sense. */
const ENOUGH_PASSED = 6;

/**
 * Derives the overall verdict from the results of all checks. The dataset fails, and is not ready, when a critical check
 * fails. Other failures are warnings. A dataset with few warnings is ready for phase 2.
 *
 * @param advice the advice of failed checks
 */
export function assess(
  checks: readonly CheckResult[],
  advice: Partial<Record<CheckKey, string>> = {},
): Pick<QualityReport, "overall_assessment" | "recommendations"> {
  const passed = checks.filter(({ verdict }) => verdict === "PASS").length;
  const verdict = overallVerdict(checks);
  const ready = verdict !== "FAIL" && passed >= ENOUGH_PASSED;
  return {
    overall_assessment: {
      verdict,
      passed_tests: passed,
      total_tests: checks.length,
      ready_for_phase2: ready,
    },
    recommendations: recommendations(checks, ready, advice),
  };
}

/** The verdict of one check. */
export function verdictOf(check: { passed: boolean; critical: boolean }): Verdict {
  if (check.passed) return "PASS";
  return check.critical ? "FAIL" : "WARNING";
}

function overallVerdict(checks: readonly CheckResult[]): Verdict {
  const verdicts = new Set(checks.map(({ verdict }) => verdict));
  if (verdicts.has("FAIL")) return "FAIL";
  return verdicts.has("WARNING") ? "WARNING" : "PASS";
}
