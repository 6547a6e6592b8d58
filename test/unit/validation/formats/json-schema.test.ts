import { expect } from "chai";
import { reportSchema } from "../../../../validation/formats/json-schema";
import { exampleReport, publishedReport } from "../../../support/quality-report";
import { publishedSchema, schemaErrors } from "../../../support/report-schema";
import { fullReport } from "./full-report";

describe("the JSON Schema of the report", () => {
  it("is published as the report's type has it; if not: npm run schema", () => {
    expect(publishedSchema).to.deep.equal(reportSchema());
  });

  it("accepts reports with and without what is optional", () => {
    for (const report of [exampleReport(), fullReport(), fullReport("pii_safety", "heavy_rooms")]) {
      expect(schemaErrors(JSON.stringify(report))).to.deep.equal([]);
    }
  });

  it("knows every key of the documented example, with its type", () => {
    const errors = schemaErrors(JSON.stringify(publishedReport));
    // The example is a part of a report, so only missing keys may be reported.
    expect(errors.filter((error) => !error.includes("must have required property"))).to.deep.equal([]);
    expect(errors).not.to.be.empty;
  });

  it("refuses a missing key, another type, an unknown verdict, an unknown key, no time", () => {
    const broken = (change: (report: Record<string, unknown>) => void): string[] => {
      const report = { ...exampleReport() } as Record<string, unknown>;
      change(report);
      return schemaErrors(JSON.stringify(report));
    };
    expect(broken((report) => delete report.recommendations)).to.have.length(1);
    expect(broken((report) => (report.recommendations = "none"))).to.have.length(1);
    expect(broken((report) => (report.overall_assessment = { verdict: "FINE" }))).not.to.be.empty;
    expect(broken((report) => (report.verdict = "PASS"))).to.have.length(1);
    expect(broken((report) => (report.validation_timestamp = "today"))).to.have.length(1);
  });
});
