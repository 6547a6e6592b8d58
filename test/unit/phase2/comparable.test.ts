import { expect } from "chai";
import type { Capture } from "../../../phase2/capture";
import { compareCaptures, type Comparison } from "../../../phase2/compare";
import { ExpectedError } from "../../../common/errors";
import { capture, type CaptureSpec, goodRelease, orderedPlan, roomIndex, texts } from "./captures";

describe("a machine whose speed changed between captures taken one after the other", () => {
  const others = ["Q4", "Q6"].map((query) => ({ query, stratum: "median rooms" }));
  /** Compares a release that makes Q1 ten times as fast, on a machine that becomes slower by a factor. */
  const drifted = (factor: number, after: CaptureSpec = {}): Comparison =>
    compareCaptures(
      capture("pre", { queries: [{ ms: 5 }, ...others] }),
      capture("post", {
        queries: [
          { ms: 0.5 * factor, plan: orderedPlan },
          ...others.map((each) => ({ ...each, ms: factor })),
        ],
        insertMs: 0.3 * factor,
        indexes: [...capture("pre").indexes, roomIndex],
        ...after,
      }),
    );

  for (const factor of [0.5, 0.8, 1.25, 2]) {
    it(`gives no verdict: ${factor} times as long`, () => {
      const comparison = drifted(factor);
      expect(comparison.verdict).to.equal("INCONCLUSIVE");
      expect(texts(comparison, "open")[0]).to.match(/^The machine is .* between the captures/);
      expect(texts(comparison, "open")[0]).to.contain("--ab");
      expect(texts(comparison, "for")).to.deep.equal([]);
    });
  }

  it("is seen by inserts too, which no further index makes faster", () => {
    expect(drifted(1, { insertMs: 0.19 }).verdict).to.equal("INCONCLUSIVE");
    expect(drifted(1, { insertMs: 0.33 }).verdict).to.equal("GO");
  });

  it("lets what has nothing to do with time speak against", () => {
    const comparison = drifted(2, { walBytes: 1800 });
    expect(comparison.verdict).to.equal("NO-GO");
    expect(texts(comparison, "against").join()).to.contain("write-ahead log a row");
  });

  it("gives a verdict within 10 %", () => {
    expect(drifted(1.05).verdict).to.equal("GO");
    expect(drifted(0.95).verdict).to.equal("GO");
  });
});

describe("captures that cannot be compared are refused", () => {
  const [pre, post] = goodRelease();

  function refused(before: Capture, after: Capture): string {
    try {
      compareCaptures(before, after);
    } catch (error) {
      expect(error).to.be.instanceOf(ExpectedError);
      return (error as Error).message;
    }
    throw new Error("They were compared.");
  }

  it("when they are swapped, or of one kind", () => {
    expect(refused(post, pre)).to.contain("The captures are swapped");
    expect(refused(pre, pre)).to.contain("Both captures were taken before the optimization");
    expect(refused(post, post)).to.contain("Both captures were taken after the optimization");
  });

  it("when conditions differ, with every key and both values", () => {
    const { conditions } = post;
    const message = refused(pre, {
      ...post,
      conditions: {
        ...conditions,
        server_version: "17.2",
        settings: { work_mem: "4MB" },
        dataset: { messages: "00000000000000bb" },
        queries: { ...conditions.queries, Q6: "d2" },
      },
    });
    for (const line of [
      "server_version: 18.4 before, 17.2 after",
      "settings.work_mem: 64MB before, 4MB after",
      "settings.shared_buffers: 256MB before, nothing after",
      "dataset.messages: 00000000000000aa before, 00000000000000bb after",
      "queries.Q6: d1 before, d2 after",
    ]) {
      expect(message).to.contain(line);
    }
    expect(message).not.to.contain("database");
  });

  it("when queries return other numbers of rows", () => {
    const queries = post.queries.map((query) => ({ ...query, rows: 49.5 }));
    expect(refused(pre, { ...post, queries })).to.contain(
      "rows of Q1 (heaviest rooms): 50 before, 49.5 after",
    );
  });

  it("when one has a stratum that the other lacks", () => {
    const extra = { ...post.queries[0]!, stratum: "cold rooms" };
    expect(refused(pre, { ...post, queries: [...post.queries, extra] })).to.contain(
      "Q1 (cold rooms): only in one of them",
    );
  });

  const partial: Record<string, [Partial<Capture>, string]> = {
    "a query was not measured": [{ queries: [post.queries[0]!] }, "Q6 was not measured"],
    "there are no queries": [{ queries: [] }, "no query was measured"],
    "a query has no latencies": [
      { queries: [post.queries[0]!, { ...post.queries[1]!, warm_ms: [] }] },
      "Q6 (median rooms) has no whole blocks of latencies",
    ],
    "a block is empty": [
      { writes: { ...post.writes, insert_ms: [[1], []] } },
      "Q2 has no whole blocks of latencies",
    ],
    "a plan is missing": [
      { queries: [post.queries[0]!, { ...post.queries[1]!, plan: undefined }] },
      "Q6 (median rooms) has no plan",
    ],
  };
  for (const [what, [changes, expected]] of Object.entries(partial)) {
    it(`when one is partial: ${what}`, () => {
      expect(refused(pre, { ...post, ...changes }))
        .to.contain("post-optimization capture is partial")
        .and.contain(expected);
    });
  }

  it("when they took turns, and one has fewer blocks", () => {
    const [before, after] = goodRelease({ experiment: "e" }, { experiment: "e", blocks: 18 });
    expect(refused(before, after)).to.contain("blocks of Q1 (heaviest rooms): 20 before, 18 after");
  });
});
