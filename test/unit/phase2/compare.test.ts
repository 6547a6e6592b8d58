import { expect } from "chai";
import type { Capture } from "../../../phase2/capture";
import { compareCaptures, type Comparison } from "../../../phase2/compare";
import { verdictOf } from "../../../phase2/compare/verdict";
import { capture, type CaptureSpec, goodRelease, roomIndex, compared, texts } from "./captures";

describe("the verdict on a query", () => {
  for (const [what, factor, verdict] of [
    ["a tenth of the time", 0.1, "IMPROVED"],
    ["10 % less", 0.9, "IMPROVED"],
    ["2 % less", 0.98, "NO_CHANGE"],
    ["the same", 1, "NO_CHANGE"],
    ["3 % more", 1.03, "NO_CHANGE"],
    ["10 % more", 1.1, "DEGRADED"],
    ["ten times as much", 10, "DEGRADED"],
  ] as const) {
    it(`is ${verdict} when it takes ${what}`, () => {
      const [query] = compared(factor).queries;
      expect(query!.verdict, query!.explanation).to.equal(verdict);
      expect(query!.ratio / factor).to.be.closeTo(1, 0.03);
      expect(query!.interval[0]).to.be.below(query!.ratio);
      expect(query!.interval[1]).to.be.above(query!.ratio);
    });
  }

  it("is INCONCLUSIVE when the blocks vary more than what is looked for", () => {
    const [query] = compared(1, { drift: 0.4 }, { drift: 0.4, queries: [{}] }).queries;
    expect(query!.verdict).to.equal("INCONCLUSIVE");
    expect(query!.explanation).to.contain("may be chance; measure more blocks");
  });

  it("is INCONCLUSIVE of few blocks, however clear they look", () => {
    const [query] = compared(1.5, { blocks: 2 }, { blocks: 2, queries: [{ ms: 1.5 }] }).queries;
    expect(query!.p).to.be.above(0.05);
    expect(query!.verdict).to.equal("INCONCLUSIVE");
  });

  it("is INCONCLUSIVE when the medians that are shown say something else", () => {
    const change = { ratio: 9.1, interval: [5, 43] as [number, number], p_holm: 0.005 };
    for (const shown of [0.97, 1.02]) expect(verdictOf(change, shown).verdict).to.equal("INCONCLUSIVE");
    expect(verdictOf(change, 0.97).explanation).to.contain("but the medians are 3 % faster");
    expect(verdictOf(change, 8).verdict).to.equal("DEGRADED");
  });

  it("is corrected for how many queries and strata there are", () => {
    const strata = Array.from({ length: 15 }, (_, i) => ({ stratum: `${i}` }));
    const { queries } = compared(1, { queries: strata }, { queries: strata });
    const least = queries.toSorted((a, b) => a.p - b.p)[0]!;
    // With the inserts there are sixteen tests.
    expect(least.p_holm).to.be.closeTo(Math.min(1, 16 * least.p), 1e-9);
  });

  it("is not misled by a machine whose speed changes from round to round, when both sides took turns", () => {
    const slowly = (side: Capture): Capture => ({
      ...side,
      queries: side.queries.map((query) => ({
        ...query,
        warm_ms: query.warm_ms.map((block, i) => block.map((ms) => ms * (1 + Math.floor(i / 2)))),
      })),
    });
    const both = [
      capture("pre", { experiment: "e" }),
      capture("post", { experiment: "e", queries: [{ ms: 1.1 }] }),
    ] as const;
    const { queries } = compareCaptures(slowly(both[0]), slowly(both[1]));
    expect(queries[0]!.verdict).to.equal("DEGRADED");
    expect(queries[0]!.interval[1]).to.be.below(1.2);
    expect(queries[0]!.before.modes).to.have.length.above(1);
  });
});

describe("what is told of a query", () => {
  const { queries } = compareCaptures(...goodRelease());
  const [q1, q6] = queries;

  it("has medians and percentiles of all its latencies on both sides", () => {
    const { before, after } = q1!;
    expect(before.executions).to.equal(400);
    expect(before.median_ms).to.be.closeTo(5, 0.2);
    expect(before.p95_ms).to.be.within(before.median_ms, before.p99_ms);
    expect(after.median_ms).to.be.closeTo(0.5, 0.02);
    expect(before.quantiles_ms).to.have.length(51);
    expect(before.quantiles_ms[25]).to.equal(before.median_ms);
  });

  it("has what changed in its plan", () => {
    expect(q1!.plan).to.include({ changed: true, sort_eliminated: true });
    expect(q1!.plan.indexes_adopted).to.deep.equal([roomIndex.name]);
    expect(q1!.plan.indexes_dropped).to.deep.equal(["messages_conversationId_idx"]);
    expect(q1!.plan.before).to.include({ buffers_hit: 900, buffers_read: 40 });
    expect(q1!.plan.after).to.include({ buffers_hit: 54, buffers_read: 0 });
    expect(q1!.plan.before.nodes.map(({ depth, text, rows }) => `${depth} ${text} ${rows}`)).to.deep.equal([
      "0 Limit 50",
      '1 Sort by "createdAt" DESC 50',
      "2 Index Scan using messages_conversationId_idx on messages 4000",
    ]);
    expect(q6!.plan).to.include({ changed: false, sort_eliminated: false });
    expect(q6!.plan.differences).to.deep.equal([]);
  });

  it("has its first executions after a restart where both sides measured them", () => {
    const cold = (cold_ms?: number[]): CaptureSpec => ({ queries: [{ ...(cold_ms && { cold_ms }) }] });
    expect(compared(1, cold([9, 7, 8]), cold([3, 2, 1])).queries[0]!.cold).to.deep.equal({
      before: 8,
      after: 2,
    });
    expect(compared(1, cold([9, 7, 8]), cold()).queries[0]).not.to.have.property("cold");
  });

  it("is the same each time", () => {
    expect(compareCaptures(...goodRelease())).to.deep.equal(compareCaptures(...goodRelease()));
  });
});

describe("targets", () => {
  const target = (ms: number, factor: number): Comparison =>
    compared(1, { queries: [{ target_ms: ms }] }, { queries: [{ ms: factor, target_ms: ms }] });

  it("are met, missed, or too close to tell", () => {
    const met = target(2, 1).queries[0]!;
    expect(met.target).to.include({ ms: 2, before: "met", after: "met" });
    const { before: p95s } = met.target!.p95_intervals;
    expect(met.before.p95_ms).to.be.within(...p95s);
    expect(target(0.5, 1).queries[0]!.target).to.include({ ms: 0.5, before: "missed", after: "missed" });
    const p95 = met.before.p95_ms;
    expect(target(p95, 1).queries[0]!.target!.before).to.equal("unsure");
  });

  it("that are lost forbid the release", () => {
    const comparison = target(2, 4);
    expect(comparison.verdict).to.equal("NO-GO");
    expect(texts(comparison, "against").join()).to.contain("has lost its target: p95 is 4.");
  });

  it("that were missed before and are missed still are said", () => {
    expect(texts(target(0.5, 1), "caution").join()).to.contain("missed its target before and misses it");
  });

  it("that were missed before and are missed by ten times as much forbid the release, by p95 alone", () => {
    const query = { target_ms: 0.5 };
    const after = capture("post", { experiment: "e", queries: [query] });
    // One execution in ten takes ten times as long, so the median stays.
    const warm_ms = after.queries[0]!.warm_ms.map((block) =>
      block.map((ms, i) => (i % 10 === 0 ? 10 * ms : ms)),
    );
    const comparison = compareCaptures(capture("pre", { experiment: "e", queries: [query] }), {
      ...after,
      queries: [{ ...after.queries[0]!, warm_ms }],
    });
    expect(comparison.queries[0]!.verdict).to.equal("NO_CHANGE");
    expect(texts(comparison, "against").join()).to.match(/misses it by more: p95 is \S+ times as slow/);
    expect(comparison.verdict).to.equal("NO-GO");
  });
});
