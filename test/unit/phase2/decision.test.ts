import { expect } from "chai";
import type { Capture } from "../../../phase2/capture";
import { compareCaptures, type Comparison } from "../../../phase2/compare";
import {
  capture,
  type CaptureSpec,
  goodRelease,
  orderedPlan,
  roomIndex,
  sortPlan,
  compared,
  texts,
} from "./captures";

describe("the decision", () => {
  const release = (before: CaptureSpec = {}, after: CaptureSpec = {}): Comparison =>
    compareCaptures(...goodRelease({ experiment: "e", ...before }, { experiment: "e", ...after }));

  it("is GO when a query improved and nothing is worse than is paid for", () => {
    const comparison = release();
    expect(comparison.verdict).to.equal("GO");
    expect(texts(comparison, "for")).to.have.length(3);
    expect(texts(comparison, "for")[0]).to.match(
      /^Q1: heaviest rooms \d+(\.\d)? times as fast \(sort eliminated, adopts messages_room_time_idx/,
    );
    expect(texts(comparison, "for")[1]).to.match(
      /^An average query takes 2\.\d+ ms less \(every query counted equally often\)\.$/,
    );
    const [index] = comparison.indexes;
    expect(index).to.deep.include({ ...roomIndex, change: "added", used_by: ["Q1 (heaviest rooms)"] });
    expect(index).to.deep.include({ advice: "release", makes_redundant: [] }).and.not.to.have.property("own");
  });

  it("is GO too of captures taken one after the other, with a caution", () => {
    const comparison = compareCaptures(...goodRelease());
    expect(comparison.verdict).to.equal("GO");
    expect(comparison.method).to.equal("one after the other");
    expect(texts(comparison, "caution").join()).to.contain("--ab takes them in turns");
  });

  it("is NO-GO when a query degraded, whatever else improved", () => {
    const [, after] = goodRelease();
    const queries = after.queries.map(({ query, stratum }) => ({ query, stratum }));
    const comparison = release(
      {},
      {
        queries: [
          { ...queries[0], ms: 0.5, plan: orderedPlan },
          { ...queries[1], ms: 0.6 },
        ],
      },
    );
    expect(comparison.verdict).to.equal("NO-GO");
    expect(texts(comparison, "against")[0]).to.match(/^Q6 \(median rooms\): 5\d(\.\d)? % slower/);
  });

  it("is not held up by a slowdown of some microseconds, which is said", () => {
    const q6 = { query: "Q6", stratum: "median rooms", ms: 0.2 };
    const slower = {
      queries: [
        { ms: 0.05, plan: orderedPlan },
        { ...q6, ms: 0.23 },
      ],
    };
    const comparison = release({ queries: [{ ms: 0.5 }, q6] }, slower);
    expect(comparison.queries[1]!.verdict).to.equal("DEGRADED");
    expect(comparison.verdict).to.equal("GO");
    expect(texts(comparison, "caution")[0]).to.match(
      /^Q6 \(median rooms\) is \S+ % slower, by less than 0.05 ms/,
    );
  });

  it("is NO-GO when inserts cost over half as much again, by time or by log, whatever improved", () => {
    expect(release({}, { insertMs: 0.6 }).verdict).to.equal("NO-GO");
    const comparison = release({}, { walBytes: 1800 });
    expect(comparison.verdict).to.equal("NO-GO");
    expect(texts(comparison, "against")[0]).to.contain("2 times as much write-ahead log a row");
  });

  it("is GO when inserts cost a third more and a query pays for it", () => {
    expect(release({}, { insertMs: 0.4, walBytes: 1200 }).verdict).to.equal("GO");
  });

  it("is NO-GO when the gain is too short for anybody to notice", () => {
    const short = [{ ms: 0.05 }, { ms: 0.02, plan: orderedPlan }];
    const comparison = release({ queries: [short[0]!] }, { queries: [short[1]!] });
    expect(comparison.queries[0]!.verdict).to.equal("IMPROVED");
    expect(texts(comparison, "against")[0]).to.equal(
      "No query improved by 0.05 ms or more: the indexes are written and stored for hardly anything.",
    );
    expect(comparison.advice).to.equal("Leave out messages_room_time_idx.");
  });

  it("is INCONCLUSIVE while any query may take many times as long, with the plan that it had", () => {
    const wild = { drift: 3, queries: [{ ms: 5 }, { query: "Q6" }] };
    const comparison = release(wild, { ...wild, queries: [{ ms: 5 }, { query: "Q6" }] });
    const reached = comparison.queries.map(({ interval }) => interval[1]);
    expect(Math.max(...reached)).to.be.above(2);
    expect(texts(comparison, "open").join()).to.contain("may be much slower");
  });

  it("says of latencies of several kinds only where the median lies between them and something changed", () => {
    const mixed = (kind: "pre" | "post", factor: number, share: number): Capture => {
      const made = capture(kind, { experiment: "e", queries: [{ ms: factor }] });
      const warm_ms = made.queries[0]!.warm_ms.map((block) =>
        block.map((ms, i) => (i < share * block.length ? 20 * ms : ms)),
      );
      return { ...made, queries: [{ ...made.queries[0]!, warm_ms }] };
    };
    const said = (factor: number, share: number): string =>
      texts(compareCaptures(mixed("pre", 1, share), mixed("post", factor, share)), "caution").join();
    expect(said(2, 0.5))
      .to.contain("lies between several kinds of latencies")
      .and.contain("Q1 (heaviest rooms)");
    expect(said(2, 0.2)).not.to.contain("several kinds");
    expect(said(1, 0.2)).not.to.contain("several kinds");
  });

  const unused = { indexes: [...capture("pre").indexes, roomIndex] };

  it("is NO-GO of an index that no query is faster with: all are NO_CHANGE, and it is written for nothing", () => {
    const comparison = compared(1, {}, { queries: [{}], ...unused });
    expect(comparison.queries.map(({ verdict }) => verdict)).to.deep.equal(["NO_CHANGE"]);
    expect(comparison.verdict).to.equal("NO-GO");
    expect(texts(comparison, "against")).to.deep.equal([
      "No query improved: the indexes are written and stored for nothing.",
    ]);
    expect(texts(comparison, "caution")).to.deep.equal([
      "Index messages_room_time_idx is in the plan of no hot query.",
    ]);
  });

  it("is NO-GO when inserts cost a third more and nothing pays for it", () => {
    const comparison = compared(1, {}, { queries: [{}], insertMs: 0.4, walBytes: 1200, ...unused });
    expect(texts(comparison, "against")[1]).to.contain("over 10 % more needs a query that improved");
  });

  it("is NO-GO of an index in no plan that every insert writes, by name, whatever others bring", () => {
    const idle = { ...roomIndex, name: "messages_idle_idx" };
    const indexes = [...capture("pre").indexes, roomIndex, idle];
    expect(texts(release({}, { indexes, walBytes: 1050 }), "against")).to.deep.equal([
      "Index messages_idle_idx is in the plan of no hot query, and every insert writes it: leave it out.",
    ]);
    const elsewhere = release(
      {},
      { indexes: [...indexes.slice(0, -1), { ...idle, table: "conversations" }] },
    );
    expect(elsewhere.verdict).to.equal("GO");
    expect(texts(elsewhere, "caution").join()).to.contain("messages_idle_idx is in the plan of no hot query");
  });

  it("is NO-GO when an index is invalid", () => {
    const indexes = [...unused.indexes.slice(0, -1), { ...roomIndex, valid: false }];
    const comparison = release({}, { indexes });
    expect(comparison.verdict).to.equal("NO-GO");
    expect(texts(comparison, "against")[0]).to.contain("messages_room_time_idx is invalid");
  });

  it("is INCONCLUSIVE when nothing differs, not even the indexes", () => {
    const comparison = compared(1);
    expect(comparison.verdict).to.equal("INCONCLUSIVE");
    expect(texts(comparison, "open")).to.deep.equal([
      "Both captures have the same indexes: there is nothing to release.",
    ]);
  });

  it("is INCONCLUSIVE while a query with another plan may be slower", () => {
    const q6 = { query: "Q6", stratum: "median rooms", ms: 0.4, plan: orderedPlan };
    const noisy = { queries: [{ ms: 0.5, plan: orderedPlan }, q6], drift: 0.3 };
    const comparison = release({ drift: 0.3 }, noisy);
    expect(comparison.queries.map(({ verdict }) => verdict)).to.deep.equal(["IMPROVED", "INCONCLUSIVE"]);
    expect(comparison.verdict).to.equal("INCONCLUSIVE");
    expect(texts(comparison, "open")[0]).to.contain("Q6 (median rooms) has another plan and may be slower");
    // The plan is the same, so no index can have made it slower.
    const same = release(
      { drift: 0.3 },
      { ...noisy, queries: [noisy.queries[0]!, { ...q6, plan: sortPlan }] },
    );
    expect(texts(same, "open").join()).not.to.contain("Q6");
  });

  it("puts a slower query with the same plan down to the machine, of captures taken one after the other", () => {
    const q6 = { query: "Q6", stratum: "median rooms", ms: 0.5 };
    const slower = compareCaptures(...goodRelease({}, { queries: [{ ms: 0.5, plan: orderedPlan }, q6] }));
    expect(slower.queries[1]!.verdict).to.equal("DEGRADED");
    expect(slower.verdict).to.equal("INCONCLUSIVE");
  });

  it("is NO-GO of an index in whose favour speaks but a query that is faster with the same plan", () => {
    const post = { queries: [{ ms: 0.5 }], ...unused };
    for (const faster of [compared(1, {}, post), compareCaptures(capture("pre"), capture("post", post))]) {
      expect(faster.queries[0]!.verdict).to.equal("IMPROVED");
      expect(faster.verdict).to.equal("NO-GO");
      expect(texts(faster, "caution").join()).to.contain("is faster with the same plan");
    }
  });
});
