import { expect } from "chai";
import type { Frequencies, IndexState } from "../../../phase2/capture";
import { compareCaptures, type Comparison, type ComparisonOptions } from "../../../phase2/compare";
import { isCoveredBy } from "../../../phase2/compare/index-columns";
import { capture, type CaptureSpec, goodRelease, orderedPlan, roomIndex, sortPlan } from "./captures";

const key = capture("pre").indexes[0]!;
const texts = ({ reasons }: Comparison, weight: string): string[] =>
  reasons.filter((reason) => reason.weight === weight).map(({ text }) => text);

function release(before: CaptureSpec, after: CaptureSpec, options?: ComparisonOptions): Comparison {
  return compareCaptures(
    ...goodRelease({ experiment: "e", ...before }, { experiment: "e", ...after }),
    options,
  );
}

/** A plan that reads an index. */
const planWith = (index: string): unknown =>
  JSON.parse(JSON.stringify(orderedPlan).replaceAll(roomIndex.name, index));

describe("the advice on single indexes", () => {
  const harmful = { ...roomIndex, name: "messages_time_idx" };
  const idle = { ...roomIndex, name: "conversations_idle_idx", table: "conversations" };
  const q6 = { query: "Q6", stratum: "median rooms", ms: 0.4 };

  it("releases what helps, and leaves out what slows down and what is not used", () => {
    const comparison = release(
      { queries: [{ ms: 5 }, q6] },
      {
        queries: [
          { ms: 0.5, plan: orderedPlan },
          { ...q6, ms: 4, plan: planWith(harmful.name) },
        ],
        indexes: [key, roomIndex, harmful, idle],
      },
    );
    expect(comparison.verdict).to.equal("NO-GO");
    expect(comparison.advice).to.equal(
      "Release messages_room_time_idx; leave out conversations_idle_idx, messages_time_idx.",
    );
    const [unused, helpful, slow] = comparison.indexes;
    expect(unused).to.include({ advice_reason: "it is in the plan of no hot query", gain_ms: 0 });
    expect(helpful!.advice_reason).to.match(/^with it Q1 \(heaviest rooms\) is \d+(\.\d)? times as fast$/);
    expect(helpful!.gain_ms).to.be.closeTo(4.5 / 2, 0.1);
    expect(slow!.advice_reason).to.match(/^with it Q6 \(median rooms\) is \d+(\.\d)? times as slow$/);
    expect(slow!.gain_ms).to.be.closeTo(-3.6 / 2, 0.1);
  });

  it("is undecided where an index helps one query and slows another, or blocks are too few", () => {
    const both = { ...q6, ms: 4, plan: orderedPlan };
    const comparison = release({}, { queries: [{ ms: 0.5, plan: orderedPlan }, both] });
    expect(comparison.advice).to.equal("Undecided: messages_room_time_idx.");
    const noisy = release({ drift: 0.5, queries: [{}] }, { drift: 0.5, queries: [{ plan: orderedPlan }] });
    expect(noisy.indexes[0]!.advice_reason).to.equal("with it Q1 (heaviest rooms) may be faster");
  });

  it("is undecided by times that a machine of another speed has made", () => {
    const pre = capture("pre", { queries: [{ ms: 5 }, q6] });
    const post = capture("post", {
      queries: [
        { ms: 1, plan: orderedPlan },
        { ...q6, ms: 0.8 },
      ],
      indexes: [key, roomIndex],
    });
    expect(compareCaptures(pre, post).advice).to.equal("Undecided: messages_room_time_idx.");
  });

  it("has nothing to say where no index differs", () => {
    expect(compareCaptures(capture("pre"), capture("post")).advice).to.equal("");
  });
});

describe("a removed index", () => {
  const removed = { ...roomIndex, name: "messages_conversationId_idx" };
  const without = (ms: number, plan: unknown = sortPlan): Comparison =>
    compareCaptures(
      capture("pre", { experiment: "e", indexes: [key, removed], walBytes: 950 }),
      capture("post", { experiment: "e", queries: [{ ms, plan }] }),
    );

  it("goes when no query is slower without it, and needs none that is faster", () => {
    const comparison = without(1, orderedPlan);
    expect(comparison.verdict).to.equal("GO");
    expect(comparison.advice).to.equal("Release the removal of messages_conversationId_idx.");
    expect(comparison.indexes[0]).to.deep.include({ change: "removed", used_by: ["Q1 (heaviest rooms)"] });
    expect(texts(comparison, "for").join()).to.contain("Nothing is written and stored any more");
  });

  it("stays when a query is slower without it", () => {
    const comparison = without(8, orderedPlan);
    expect(comparison.verdict).to.equal("NO-GO");
    expect(comparison.advice).to.equal("Leave out the removal of messages_conversationId_idx.");
    expect(comparison.indexes[0]!.advice_reason).to.match(/^without it Q1 .* times as slow$/);
  });
});

describe("how often queries run", () => {
  const q6 = { query: "Q6", stratum: "median rooms", ms: 1 };
  /** Q1 gains 1 ms, and Q6 loses half of one. */
  const mixed = (frequencies?: Frequencies): Comparison => {
    const [pre, post] = goodRelease(
      { experiment: "e", queries: [{ ms: 1.2 }, q6] },
      {
        experiment: "e",
        queries: [
          { ms: 0.2, plan: orderedPlan },
          { ...q6, ms: 1.5 },
        ],
      },
    );
    return compareCaptures({ ...pre, ...(frequencies && { frequencies }) }, post);
  };

  it("decides what the set of indexes gains: gain times share, with the source of the shares", () => {
    const equal = mixed();
    expect(equal.mix).to.deep.equal({ source: "equal shares", shares: { Q1: 0.5, Q6: 0.5 } });
    expect(equal.gain_ms).to.be.closeTo(0.25, 0.03);
    expect(texts(equal, "for")[1]).to.contain("ms less (every query counted equally often)");

    const seldom = mixed({ source: "pg_stat_statements", of: { Q1: 100, Q6: 900, Q9: 5 } });
    expect(seldom.mix).to.deep.equal({ source: "pg_stat_statements", shares: { Q1: 0.1, Q6: 0.9 } });
    expect(seldom.gain_ms).to.be.closeTo(0.1 - 0.45, 0.05);
    expect(texts(seldom, "against").join()).to.match(
      /An average query takes 0\.3\d+ ms more \(shares by the calls in pg_stat_statements\)/,
    );
    const headers = mixed({ source: "share headers", of: { Q1: 3, Q6: 1 } });
    expect(texts(headers, "for")[1]).to.contain("shares by the headers of the query files");
  });
});

describe("the size of new indexes", () => {
  it("is held against their tables and a budget, and against the server's memory", () => {
    const { size, rules } = release({}, {});
    expect(size).to.deep.equal({ bytes: 6e6, of_tables: 0.3, of_shared_buffers: 6e6 / (256 * 1024 ** 2) });
    expect(rules).not.to.have.property("index_budget");
    const over = release({}, {}, { budget: 0.2 });
    expect(over.verdict).to.equal("NO-GO");
    expect(over.rules.index_budget).to.equal(0.2);
    expect(texts(over, "against")).to.deep.equal([
      "The new indexes take 6 MB, 30 % of their tables: the budget is 20 %.",
    ]);
    const within = release({}, {}, { budget: 0.3 });
    expect(within.verdict).to.equal("GO");
    expect(texts(within, "for").at(-1)).to.contain("within the budget of 30 %");
    const large = release({}, { indexes: [key, { ...roomIndex, bytes: 300e6 }] });
    expect(texts(large, "caution").join()).to.contain("more than shared_buffers");
  });
});

describe("an index that the database has besides", () => {
  const old: IndexState = {
    ...roomIndex,
    name: "messages_conversationId_idx",
    definition:
      'CREATE INDEX "messages_conversationId_idx" ON public.messages USING btree ("conversationId")',
  };

  it("is named when a new one makes it superfluous, with the statement that drops it", () => {
    const comparison = release({ indexes: [key, old] }, { indexes: [key, old, roomIndex] });
    expect(comparison.indexes[0]!.makes_redundant).to.deep.equal([old.name]);
    expect(texts(comparison, "caution").join()).to.contain(
      `Index ${old.name} becomes superfluous: ${roomIndex.name} begins with the same columns.`,
    );
    expect(comparison.verdict).to.equal("GO");
  });

  const on = (columns: string, more = "", kind = "INDEX"): string =>
    `CREATE ${kind} i ON public.messages USING btree (${columns})${more}`;
  for (const [what, small, large, covered] of [
    ["a prefix", on("a"), on("a, b DESC"), true],
    ["the same columns", on("a, b"), on("a, b"), true],
    ["a prefix, backwards", on("a DESC, b"), on("a, b DESC, c"), true],
    ["a prefix in other directions", on("a, b"), on("a, b DESC, c"), false],
    ["another first column", on("b"), on("a, b"), false],
    ["more columns", on("a, b"), on("a"), false],
    ["a unique prefix, which keeps a rule", on("a", "", "UNIQUE INDEX"), on("a, b"), false],
    ["a partial index", on("a", " WHERE (a > 1)"), on("a, b"), false],
    ["a prefix of a partial index", on("a"), on("a, b", " WHERE (a > 1)"), false],
    ["stored columns that the other has", on("a", " INCLUDE (b)"), on("a, b"), true],
    ["stored columns that the other lacks", on("a", " INCLUDE (c)"), on("a, b"), false],
    ["expressions with commas and brackets", on("f(a, ')', b)"), on("f(a, ')', b), c"), true],
    ["another kind of index", on("a").replace("btree", "hash"), on("a, b"), false],
  ] as const) {
    it(`is ${covered ? "" : "not "}superfluous with ${what}`, () => {
      expect(isCoveredBy(small, large)).to.equal(covered);
    });
  }

  it("is named when it is invalid in both captures, with its price and the way out", () => {
    const broken = { ...old, name: "left_behind", valid: false, maintained: true };
    const comparison = release({ indexes: [key, broken] }, { indexes: [key, broken, roomIndex] });
    expect(texts(comparison, "caution").join()).to.contain(
      'Index left_behind is invalid in both captures. It serves no query, takes 6 MB, and every insert into messages writes it. To drop it: DROP INDEX CONCURRENTLY public."left_behind";',
    );
  });

  it("is named when phase 2 measured it and did not build it", () => {
    const { build_seconds, ...own } = roomIndex;
    expect(build_seconds).to.be.above(0);
    const comparison = release({}, { indexes: [key, own] });
    expect(comparison.indexes[0]).to.include({ own: true });
    expect(texts(comparison, "caution").join()).to.contain(`${own.name} is the database's own`);
  });
});

describe("two equal sides", () => {
  const arms = (ms: number): Comparison =>
    compareCaptures(
      { ...capture("pre", { experiment: "e" }), equal_arms: true },
      { ...capture("post", { experiment: "e", queries: [{ ms }] }), equal_arms: true },
    );

  it("have no verdict, but false alarms or none", () => {
    expect(arms(1)).to.include({ verdict: "A/A", advice: "" });
    expect(arms(1).reasons).to.deep.equal([]);
    expect(
      arms(2)
        .reasons.map(({ weight, text }) => `${weight}: ${text}`)
        .join(),
    ).to.match(/^caution: Q1 \(heaviest rooms\) was called DEGRADED: /);
  });
});
