import { expect } from "chai";
import { parse, type TestCase, type TestSuite } from "junit2json";
import { junitReport } from "../../../../validation/formats/junit";
import type { QualityReport } from "../../../../validation/report";
import { exampleReport } from "../../../support/quality-report";
import { fullReport } from "./full-report";

/** The suites as a CI system reads them. */
async function suites(report: QualityReport): Promise<TestSuite[]> {
  const read = await parse(junitReport(report));
  expect(read).to.have.property("testsuite");
  return (read as { testsuite: TestSuite[] }).testsuite;
}

const named = (suite: TestSuite | undefined, name: string): TestCase =>
  suite!.testcase!.find((each) => each.name === name)!;

describe("the report as JUnit XML", () => {
  it("has a suite of the eight checks with their times", async () => {
    const [checks, ...others] = await suites(exampleReport());
    expect(others).to.be.empty;
    expect(checks).to.include({
      name: "Quality checks",
      tests: 8,
      failures: 0,
      errors: 0,
      skipped: 0,
      time: 0.8,
      timestamp: "2025-10-22T18:30:00Z",
    });
    expect(checks!.testcase).to.have.length(8);
    for (const each of checks!.testcase!) {
      expect(each).to.include({ classname: "quality.checks", time: 0.1 });
      expect(each).not.to.have.any.keys("failure", "skipped");
      expect(each["system-out"]![0]).to.contain("SELECT 1");
    }
  });

  it("fails where a critical check failed, with figures and statements", async () => {
    const [checks] = await suites(fullReport("pii_safety"));
    expect(checks).to.include({ failures: 1, skipped: 0 });
    const [failure] = named(checks, "pii_safety").failure!;
    expect(failure).to.include({
      type: "FAIL",
      message: "measured pii_safety; required: bound of pii_safety",
    });
    expect(failure!.inner).to.contain("SELECT 1");
  });

  it("lets warnings pass as skipped, and says that they are warnings", async () => {
    const [checks] = await suites(fullReport("heavy_rooms", "power_law_tail"));
    expect(checks).to.include({ failures: 0, skipped: 2 });
    expect(named(checks, "heavy_rooms").skipped).to.deep.equal([
      { message: "WARNING: measured heavy_rooms; required: bound of heavy_rooms" },
    ]);
  });

  it("has the findings as a suite that cannot fail", async () => {
    const [, findings] = await suites(fullReport());
    expect(findings).to.include({ name: "Further findings", tests: 4, failures: 0, skipped: 3 });
    expect(named(findings, "A good finding")).not.to.have.property("skipped");
    for (const outcome of ["notice", "problem", "unknown"]) {
      expect(named(findings, `A ${outcome} finding`).skipped).to.deep.equal([
        { message: `${outcome}: measured ${outcome}; expected: expected ${outcome}` },
      ]);
    }
    expect(named(findings, "A problem finding")["system-out"]![0]).to.contain("messages c1: +49 *** **17");
  });

  it("says what the report comes to", async () => {
    const [checks] = await suites(fullReport("pii_safety"));
    // The parser converts texts that look like numbers.
    expect(checks!.properties).to.deep.include.members([
      { name: "verdict", value: "FAIL" },
      { name: "ready_for_phase2", value: "false" },
      { name: "messages", value: 500000 },
    ]);
  });

  it("stays XML whatever a database may have put into it", async () => {
    const report = exampleReport();
    const name = `a <b> & "c" ]]> \u0001 é`;
    report.checks[0]!.name = name;
    report.checks[0]!.sql = [name];
    const [checks] = await suites(report);
    const read = checks!.testcase![0]!;
    expect(read.name).to.equal(name.replace("\u0001", "\uFFFD"));
    expect(read["system-out"]![0]).to.contain(name.replace("\u0001", "\uFFFD"));
  });
});
