import { expect } from "chai";
import type { Capture } from "../../../phase2/capture";
import { compareCaptures, type Comparison } from "../../../phase2/compare";
import { verdictOf } from "../../../phase2/compare/verdict";
import { ExpectedError } from "../../../common/errors";
import { capture, type CaptureSpec, goodRelease, orderedPlan, roomIndex, sortPlan } from "./captures";

/** A comparison in turns of a release that changes Q1 by the factor, all else equal. */
function compared(factor: number, before: CaptureSpec = {}, after: CaptureSpec = {}): Comparison {
  return compareCaptures(
    capture("pre", { experiment: "e", ...before }),
    capture("post", { experiment: "e", queries: [{ ms: factor }], ...after }),
  );
}

const texts = ({ reasons }: Comparison, weight: string): string[] =>
  reasons.filter((reason) => reason.weight === weight).map(({ text }) => text);

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
    // With the inserts, there are sixteen.
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
    // With the plan that it had, no index can have slowed it.
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

describe("a machine whose speed changed between captures taken one after the other", () => {
  const others = ["Q4", "Q6"].map((query) => ({ query, stratum: "median rooms" }));
  /** A release that makes Q1 ten times as fast, on a machine that takes so many times as long. */
  const drifted = (factor: number, after: CaptureSpec = {}): Comparison =>
    compareCaptures(
      capture("pre", { queries: [{ ms: 5 }, ...others] }),
      capture("post", {
        queries: [
          { ms: 0.5 * factor, plan: orderedPlan },
          ...others.map((each) => ({ ...each, ms: factor })),
        ],
        ...{ insertMs: 0.3 * factor, indexes: [...capture("pre").indexes, roomIndex] },
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
