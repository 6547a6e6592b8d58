import { expect } from "chai";
import * as fc from "fast-check";
import { assess } from "../../../validation/assessment";
import { gateFailures } from "../../../validation/gate";
import type { CheckKey } from "../../../validation/report";
import { checkResults, exampleReport } from "../../support/quality-report";

const keys = checkResults().map(({ key }) => key);
const anyFailures = fc.subarray<CheckKey>(keys);

/** The assessment when these checks failed. */
const when = (...failed: CheckKey[]) => assess(checkResults(...failed));

describe("the overall assessment", () => {
  it("is PASS and ready when all eight pass", () => {
    expect(when().overall_assessment).to.deep.equal({
      verdict: "PASS",
      passed_tests: 8,
      total_tests: 8,
      ready_for_phase2: true,
    });
  });

  it("is WARNING and ready with one or two failures that are not critical", () => {
    expect(when("heavy_rooms").overall_assessment).to.include({ verdict: "WARNING", ready_for_phase2: true });
    expect(when("heavy_rooms", "power_law_tail").overall_assessment).to.include({
      verdict: "WARNING",
      passed_tests: 6,
      ready_for_phase2: true,
    });
  });

  it("is WARNING and not ready when fewer than six pass", () => {
    expect(when("heavy_rooms", "power_law_tail", "type_variety").overall_assessment).to.include({
      verdict: "WARNING",
      passed_tests: 5,
      ready_for_phase2: false,
    });
  });

  for (const critical of ["pii_safety", "referential_integrity"] as const) {
    it(`is FAIL and not ready when ${critical} alone fails`, () => {
      expect(when(critical).overall_assessment).to.deep.equal({
        verdict: "FAIL",
        passed_tests: 7,
        total_tests: 8,
        ready_for_phase2: false,
      });
    });
  }

  it("never says ready and FAIL side by side", () => {
    fc.assert(
      fc.property(anyFailures, (failed) => {
        const { verdict, ready_for_phase2 } = when(...failed).overall_assessment;
        expect(verdict === "FAIL" && ready_for_phase2).to.equal(false);
        expect(verdict === "PASS").to.equal(failed.length === 0);
      }),
    );
  });
});

describe("recommendations", () => {
  it("praise and approve a dataset that passes", () => {
    expect(when().recommendations).to.deep.equal([
      "✓ Dataset passes all quality checks",
      "✓ Heavy rooms present - will activate hot indexes and caching",
      "✓ Power-law tail realistic - queries will exhibit production-like skew",
      "✓ APPROVED for Phase 2 performance testing",
    ]);
  });

  it("say for a uniform dataset what to change, with the figures, and do not praise its rooms", () => {
    const { recommendations } = when("heavy_rooms");
    expect(recommendations[0]).to.match(
      /^⚠ Insufficient heavy rooms .*decrease power-law alpha .*1\.8 → 1\.6/,
    );
    expect(recommendations[0]).to.contain("(measured heavy_rooms; required: bound of heavy_rooms)");
    expect(recommendations.join("\n")).not.to.contain("Heavy rooms present");
    expect(recommendations.at(-1)).to.equal("⚠ APPROVED for Phase 2 performance testing, with 1 warning");
  });

  it("say what a check advises in place of the general rule, and only for that check", () => {
    const { recommendations } = assess(checkResults("heavy_rooms", "power_law_tail"), {
      heavy_rooms: "decrease power-law alpha in generator (alpha 3 gives 9%; about 2.5 would give 16%)",
    });
    expect(recommendations[0]).to.contain(
      ": decrease power-law alpha in generator (alpha 3 gives 9%; about 2.5",
    );
    expect(recommendations[0]).not.to.contain("1.8 → 1.6");
    expect(recommendations[1]).to.contain("1.8 → 1.6");
  });

  it("demand the deletion of a dataset with real addresses", () => {
    const { recommendations } = when("pii_safety");
    expect(recommendations[0]).to.match(/^✗ PII detected - CRITICAL: delete dataset immediately/);
    expect(recommendations.at(-1)).to.equal("✗ NOT APPROVED for Phase 2 performance testing");
  });

  it("have one line for each failed check, praise no failed one, and approve only what is ready", () => {
    fc.assert(
      fc.property(anyFailures, (failed) => {
        const { recommendations, overall_assessment } = when(...failed);
        const failures = checkResults(...failed).filter(({ verdict }) => verdict !== "PASS");
        for (const { key } of failures) {
          expect(recommendations.filter((line) => line.includes(`(measured ${key};`))).to.have.length(1);
        }
        const ticks = recommendations.filter((line) => line.startsWith("✓"));
        if (failed.includes("heavy_rooms")) expect(ticks.join()).not.to.contain("Heavy rooms");
        if (failed.includes("power_law_tail")) expect(ticks.join()).not.to.contain("tail");
        const approved = /^[✓⚠] APPROVED/.test(recommendations.at(-1)!);
        expect(approved).to.equal(overall_assessment.ready_for_phase2);
      }),
    );
  });
});

describe("the quality gate", () => {
  const report = { ...exampleReport(), checks: checkResults("heavy_rooms", "pii_safety") };

  it("`critical` stops for PII and references only", () => {
    expect(gateFailures(report, "critical")).to.deep.equal([
      "pii_safety: measured pii_safety; required: bound of pii_safety",
    ]);
    expect(gateFailures({ ...report, checks: checkResults("heavy_rooms") }, "critical")).to.be.empty;
  });

  it("`all` stops for every failed check", () => {
    expect(gateFailures(report, "all")).to.have.length(2);
  });

  it("`off` stops for nothing", () => {
    expect(gateFailures(report, "off")).to.be.empty;
  });

  it("opens for a dataset that passes", () => {
    for (const gate of ["critical", "all", "off"] as const) {
      expect(gateFailures(exampleReport(), gate)).to.be.empty;
    }
  });
});
