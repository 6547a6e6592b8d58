import { expect } from "chai";
import { validationTable } from "../../../bench/report/validation-table";
import { naiveChecks } from "../../../bench/validation/naive";
import { exampleReport } from "../../support/quality-report";

describe("the bench of the checks", () => {
  it("has a naive form of each check", () => {
    expect(Object.keys(naiveChecks)).to.deep.equal(exampleReport().checks.map(({ key }) => key));
  });

  it("shows both forms in seconds and in counts of the messages", () => {
    const { title, rows } = validationTable({
      messages: 5_000_000,
      count: 0.25,
      checks: { heavy_rooms: 1, pii_safety: 0.5 },
      naive: { heavy_rooms: 2, pii_safety: 4 },
      plans: {},
    });
    expect(title).to.include("5,000,000 messages").and.to.include("0.25 s");
    expect(rows).to.deep.equal([
      ["heavy_rooms", "1.00", "2.00", "4.0", "8.0"],
      ["pii_safety", "0.50", "4.00", "2.0", "16.0"],
      ["all eight", "1.50", "6.00", "6.0", "24.0"],
    ]);
  });
});
