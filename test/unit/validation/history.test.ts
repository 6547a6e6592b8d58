import { expect } from "chai";
import { compareReports } from "../../../validation/history/compare";
import { differenceLines, historyLines } from "../../../validation/history/console";
import { exampleReport } from "../../support/quality-report";

describe("comparing two reports", () => {
  it("finds nothing between a report and itself, taken at another time", () => {
    const again = { ...exampleReport(), validation_timestamp: "2030-01-01T00:00:00.000Z" };
    for (const check of again.checks) check.seconds += 1;
    expect(compareReports(exampleReport(), again)).to.deep.equal([]);
    expect(differenceLines([])).to.deep.equal(["Both reports say the same."]);
  });

  it("names what changed, with both figures", () => {
    const later = exampleReport();
    later.dataset_summary.messages += 1;
    later.checks[0]!.verdict = "WARNING";
    const differences = compareReports(exampleReport(), later);
    expect(differences.map(({ what }) => what)).to.deep.equal(["messages", later.checks[0]!.name]);
    expect(differenceLines(differences.slice(1))).to.deep.equal([
      later.checks[0]!.name,
      `  before  PASS: ${later.checks[0]!.measured}`,
      `  after   WARNING: ${later.checks[0]!.measured}`,
    ]);
  });

  it("shows a finding that only one of them has", () => {
    const later = exampleReport();
    later.findings = [
      {
        key: "gini",
        name: "Inequality",
        subject: "distribution",
        outcome: "good",
        value: 0.7,
        measured: "Gini is 0.7",
        expected: "more than 0.5",
        samples: [],
        sql: [],
        seconds: 0,
      },
    ];
    expect(compareReports(exampleReport(), later)).to.deep.equal([
      { what: "Inequality", before: "–", after: "good: Gini is 0.7" },
    ]);
  });
});

describe("the list of reports", () => {
  it("has one line a report below its headings", () => {
    const lines = historyLines([
      { number: 9, report: exampleReport() },
      { number: 10, report: exampleReport() },
    ]);
    expect(lines).to.have.length(3);
    expect(lines[0]).to.match(/^# +validated at +verdict +passed/);
    expect(lines[2]).to.match(/^10 {2}2025-10-22 \d\d:\d\d {2}PASS +8\/8 /);
  });

  it("says when there is none", () => {
    expect(historyLines([])).to.deep.equal(["No report has been kept yet."]);
  });
});
