import { recommendations } from "./recommendations";
import type { CheckKey, CheckResult, QualityReport, Verdict } from "./report";

/** How many of the eight checks must pass before it makes sense to measure anything on the dataset. */
const ENOUGH_PASSED = 6;

/**
 * What the results of all checks come to. A critical failure decides alone: the dataset fails and is not ready.
 * Without one, the other failures are warnings, and a dataset with few of them is ready.
 *
 * @param advice what checks advise that failed
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

/** The verdict on one check. */
export function verdictOf(check: { passed: boolean; critical: boolean }): Verdict {
  if (check.passed) return "PASS";
  return check.critical ? "FAIL" : "WARNING";
}

function overallVerdict(checks: readonly CheckResult[]): Verdict {
  const verdicts = new Set(checks.map(({ verdict }) => verdict));
  if (verdicts.has("FAIL")) return "FAIL";
  return verdicts.has("WARNING") ? "WARNING" : "PASS";
}
