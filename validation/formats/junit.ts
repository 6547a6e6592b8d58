import { create } from "xmlbuilder2";
import type { Finding } from "../findings/finding";
import type { CheckResult, QualityReport } from "../report";

type Element = ReturnType<typeof create>;

/** One test case. It has passed when it has neither `failure` nor `skipped`. */
interface TestCase {
  name: string;
  seconds: number;
  failure?: string;
  skipped?: string;
  /** The figures, and the SQL statements from which they come. */
  details: string;
}

/**
 * The report as JUnit XML for CI systems. It has a suite of the eight checks, and a suite of the additional findings when
 * there are any.
 *
 * A critical check that failed is a failure. JUnit has no warnings, so another check that failed is skipped, with a message
 * that begins with `WARNING`. CI systems list skipped tests separately and do not fail. A finding that is not good is
 * skipped too, with its outcome as the first word, because findings never change the verdict.
 */
export function junitReport(report: QualityReport): string {
  const { validation_timestamp: timestamp, overall_assessment: overall, checks, findings = [] } = report;
  const suites = [
    { name: "Quality checks", key: "checks", cases: checks.map(checkCase) },
    { name: "Further findings", key: "findings", cases: findings.map(findingCase) },
  ].filter(({ cases }) => cases.length > 0);
  const root = create({ version: "1.0", encoding: "UTF-8", invalidCharReplacement: "\uFFFD" }).ele(
    "testsuites",
    {
      name: "Dataset quality",
      ...totals(suites.flatMap(({ cases }) => cases)),
    },
  );
  for (const { name, key, cases } of suites) {
    const suite = root.ele("testsuite", { name, timestamp, ...totals(cases) });
    const properties = suite.ele("properties");
    for (const [property, value] of Object.entries({ ...report.dataset_summary, ...overall })) {
      properties.ele("property", { name: property, value: String(value) });
    }
    for (const each of cases) addCase(suite, `quality.${key}`, each);
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

function totals(cases: readonly TestCase[]): Record<string, string> {
  return {
    tests: String(cases.length),
    failures: String(cases.filter(({ failure }) => failure !== undefined).length),
    errors: "0",
    skipped: String(cases.filter(({ skipped }) => skipped !== undefined).length),
    time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  };
}

function addCase(
  suite: Element,
  classname: string,
  { name, seconds, failure, skipped, details }: TestCase,
): void {
  const element = suite.ele("testcase", { classname, name, time: seconds.toFixed(3) });
  if (failure !== undefined) element.ele("failure", { type: "FAIL", message: failure }).txt(details);
  if (skipped !== undefined) element.ele("skipped", { message: skipped });
  if (failure === undefined) element.ele("system-out").txt(details);
}

function checkCase({ name, verdict, measured, threshold, sql, seconds }: CheckResult): TestCase {
  const said = `${measured}; required: ${threshold}`;
  return {
    name,
    seconds,
    ...(verdict === "FAIL" && { failure: said }),
    ...(verdict === "WARNING" && { skipped: `WARNING: ${said}` }),
    details: [said, ...sql].join("\n\n"),
  };
}

function findingCase({ name, outcome, measured, expected, samples, sql, seconds }: Finding): TestCase {
  const said = `${measured}; expected: ${expected}`;
  const rows = samples.map(({ table, id, masked }) => `${table} ${id}: ${masked}`);
  return {
    name,
    seconds,
    ...(outcome !== "good" && { skipped: `${outcome}: ${said}` }),
    details: [said, ...rows, ...sql].join("\n\n"),
  };
}
