import { expect } from "chai";
import { compareReports } from "../../../validation/history/compare";
import { differenceLines, historyLines, titleOf } from "../../../validation/history/console";
import { isReport } from "../../../validation/report";
import { summaryOf } from "../../../validation/report-summary";
import { exampleReport } from "../../support/quality-report";

describe("comparing two reports", () => {
  it("finds nothing between a report and itself, taken at another time", () => {
    const again = { ...exampleReport(), validation_timestamp: "2030-01-01T00:00:00.000Z" };
    for (const check of again.checks) check.seconds += 1;
    expect(compareReports(exampleReport(), again)).to.deep.equal([]);
    expect(differenceLines([], ["one", "other"])).to.include("Both reports say the same.");
  });

  it("names what changed, with both figures", () => {
    const later = exampleReport();
    later.dataset_summary.messages += 1;
    later.checks[0]!.verdict = "WARNING";
    const differences = compareReports(exampleReport(), later);
    expect(differences.map(({ what }) => what)).to.deep.equal(["messages", later.checks[0]!.name]);
    const titles = [titleOf("1", exampleReport()), titleOf("later.json", later)] as const;
    expect(differenceLines(differences.slice(1), titles)).to.deep.equal([
      "before  report 1 of 2025-10-22 18:30 UTC: PASS 8/8",
      "after   later.json of 2025-10-22 18:30 UTC: PASS 8/8",
      "",
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

describe("a report from elsewhere", () => {
  it("is one only in the format of this version", () => {
    expect(isReport(exampleReport())).to.equal(true);
    const without = { ...exampleReport(), dataset_summary: undefined };
    for (const other of [null, 7, {}, [], without, { ...exampleReport(), temporal_analysis: {} }]) {
      expect(isReport(other)).to.equal(false);
    }
  });

  it("is short as a stack output, and has everything that the documented example has", () => {
    const summary = summaryOf(exampleReport());
    expect(JSON.stringify(summary).length).to.be.below(2_600);
    expect(summary).to.have.all.keys(
      ...["validation_timestamp", "dataset_summary", "distribution_analysis", "type_distributions"],
      ...["temporal_analysis", "integrity_checks", "overall_assessment", "recommendations"],
    );
  });
});

describe("the list of reports", () => {
  it("has one line a report below its headings", () => {
    const lines = historyLines([
      { number: 9, report: exampleReport() },
      { number: 10, report: exampleReport() },
    ]);
    expect(lines).to.have.length(3);
    expect(lines[0]).to.match(/^# +validated at +verdict +messages/);
    expect(lines[2]).to.match(/^10 {2}2025-10-22 \d\d:\d\d {2}PASS 8\/8 /);
  });

  it("shows alpha and seed, and fits 80 columns also with the largest figures", () => {
    const report = exampleReport();
    report.dataset_summary.messages = 2 ** 31 - 1;
    report.overall_assessment.verdict = "WARNING";
    report.dataset_spec = { seed: "a seed that is rather long", alpha: 1.85 };
    const [head, line] = historyLines([{ number: 1234, report }]);
    expect(head).to.match(/ alpha +seed$/);
    expect(line).to.match(/ 1\.85 +a seed that…$/);
    expect(line!.length).to.be.at.most(80);
  });

  it("says when there is none", () => {
    expect(historyLines([])).to.deep.equal(["No report has been kept yet."]);
  });
});
