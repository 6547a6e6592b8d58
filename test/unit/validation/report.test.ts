import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { peakHours } from "../../../validation/checks/diurnal-variation";
import { typeCounts } from "../../../validation/checks/type-variety";
import {
  closingLines,
  findingLines,
  headings,
  heavyRoomLines,
  integrityLines,
  powerLawTailLines,
  temporalLines,
  typeLines,
} from "../../../validation/formats/console";
import { writeReport } from "../../../validation/report-file";
import { fullReport } from "./formats/full-report";
import { exampleReport, publishedConsole, publishedReport } from "../../support/quality-report";

describe("the console", () => {
  it("shows the documented example, character by character", () => {
    const report = exampleReport();
    const lines = [
      headings[0],
      ...heavyRoomLines(report.distribution_analysis.heavy_rooms),
      headings[1],
      ...powerLawTailLines(report.distribution_analysis.power_law_tail),
      headings[2],
      ...typeLines(report.type_distributions),
      headings[3],
      ...temporalLines(report.temporal_analysis),
      headings[4],
      ...integrityLines(report.integrity_checks),
      headings[5],
      "",
      ...closingLines(report),
      "",
    ];
    expect(lines.join("\n")).to.equal(publishedConsole);
  });

  it("fits 80 columns, also with long recommendations and findings", () => {
    const report = fullReport("heavy_rooms", "power_law_tail", "pii_safety", "referential_integrity");
    report.findings![0]!.measured = "a figure and what it is about, ".repeat(6);
    const lines = [...closingLines(report), ...findingLines(report.findings!)];
    for (const line of lines) expect(line.length, line).to.be.at.most(80);
    expect(lines.join(" ").replaceAll(/\s+/g, " ")).to.include(report.recommendations[0]!.slice(2, 200));
  });

  it("keeps the box closed for every verdict", () => {
    for (const verdict of ["PASS", "WARNING", "FAIL"] as const) {
      const report = exampleReport();
      report.overall_assessment.verdict = verdict;
      const [top, middle, bottom] = closingLines(report);
      expect([top!.length, middle!.length, bottom!.length]).to.deep.equal([49, 49, 49]);
    }
  });

  it("says NO ✗ when the dataset is not ready", () => {
    const report = exampleReport();
    report.overall_assessment.ready_for_phase2 = false;
    expect(closingLines(report)).to.include("Ready for Phase 2: NO ✗");
  });

  it("adds up the orphans of all tables", () => {
    const { integrity_checks } = exampleReport();
    integrity_checks.referential_integrity = {
      ...integrity_checks.referential_integrity,
      orphaned_messages: 2,
      orphaned_attachments: 3,
      verdict: "FAIL",
    };
    expect(integrityLines(integrity_checks)).to.include(
      "     Referential integrity: 5 orphaned records (FAIL)",
    );
  });
});

describe("the report as JSON", () => {
  it("has the documented example's values under the documented keys", () => {
    const { recommendations, ...published } = publishedReport;
    const report: unknown = JSON.parse(JSON.stringify(exampleReport()));
    expect(contained(published, report)).to.deep.equal([]);
    expect(report)
      .to.have.property("recommendations")
      .that.includes.members(recommendations as string[]);
  });

  it("is replaced as a whole, and nothing else is left in the folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "quality-report-"));
    try {
      const file = join(folder, "new/report.json");
      writeReport(file, exampleReport());
      writeReport(file, { ...exampleReport(), recommendations: [] });
      expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.equal({
        ...exampleReport(),
        recommendations: [],
      });
      expect(readdirSync(join(folder, "new"))).to.deep.equal(["report.json"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("that cannot be written is an error that names the file", () => {
    const folder = mkdtempSync(join(tmpdir(), "quality-report-"));
    try {
      writeFileSync(join(folder, "file"), "");
      expect(() => {
        writeReport(join(folder, "file/report.json"), exampleReport());
      }).to.throw(/Cannot write the report to .*file\/report\.json/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("peak hours", () => {
  it("are the six busiest, in the order of the day", () => {
    const byHour = Array.from({ length: 24 }, (_, hour) =>
      [9, 10, 11, 18, 19, 20].includes(hour) ? 90 + hour : 50,
    );
    expect(peakHours(byHour)).to.deep.equal([9, 10, 11, 18, 19, 20]);
  });

  it("are fewer when few hours have messages", () => {
    const byHour = Array<number>(24).fill(0);
    byHour[23] = 1;
    byHour[4] = 7;
    expect(peakHours(byHour)).to.deep.equal([4, 23]);
  });
});

describe("type counts", () => {
  it("come most frequent first, with one decimal of percentage", () => {
    expect(
      typeCounts([
        ["IMAGE", 1],
        ["TEXT", 2],
      ]),
    ).to.deep.equal([
      { type: "TEXT", count: 2, percentage: 66.7 },
      { type: "IMAGE", count: 1, percentage: 33.3 },
    ]);
  });
});

/**
 * The paths at which `actual` does not have the key and value of `expected`. Additional keys of `actual` are allowed.
 */
function contained(expected: unknown, actual: unknown, path = "report"): string[] {
  if (typeof expected !== "object" || expected === null) return expected === actual ? [] : [path];
  if (typeof actual !== "object" || actual === null) return [path];
  return Object.entries(expected).flatMap(([key, value]) =>
    contained(value, (actual as Record<string, unknown>)[key], `${path}.${key}`),
  );
}
