import { expect } from "chai";
import { parseHTML } from "linkedom";
import { compareCaptures, type Comparison } from "../../../phase2/compare";
import { comparisonLines } from "../../../phase2/formats/console";
import { comparisonPage } from "../../../phase2/formats/html";
import { comparisonSchema } from "../../../phase2/formats/json-schema";
import { comparisonErrors, publishedComparisonSchema } from "../../support/report-schema";
import { capture, goodRelease } from "./captures";

const go = compareCaptures(...goodRelease({ experiment: "e" }, { experiment: "e" }));
const noGo = compareCaptures(
  ...goodRelease({ experiment: "e" }, { experiment: "e", insertMs: 0.9, walBytes: 2000 }),
);
const nothing = compareCaptures(capture("pre"), capture("post"));

/** Two sides that are equal on purpose, one of which took so many times as long. */
const equal = (ms: number): Comparison =>
  compareCaptures(
    { ...capture("pre", { experiment: "e" }), equal_arms: true },
    { ...capture("post", { experiment: "e", queries: [{ ms }] }), equal_arms: true },
  );

const document = (comparison: Comparison): Document => parseHTML(comparisonPage(comparison)).document;
const textOf = (element: Element | null): string => (element?.textContent ?? "").replace(/\s+/g, " ").trim();

describe("a comparison as JSON", () => {
  it("has a schema that is published as its type has it; if not: npm run schema", () => {
    expect(publishedComparisonSchema).to.deep.equal(comparisonSchema());
  });

  it("is what the schema says, with and without what is optional", () => {
    for (const each of [go, noGo, nothing, equal(2)])
      expect(comparisonErrors(JSON.stringify(each))).to.deep.equal([]);
    const cold = { ...go.queries[0]!, cold: { before: 5, after: 1 } };
    expect(comparisonErrors(JSON.stringify({ ...go, queries: [cold] }))).to.deep.equal([]);
  });

  it("is refused with an unknown verdict, a missing key or an unknown one", () => {
    expect(comparisonErrors(JSON.stringify({ ...go, verdict: "MAYBE" }))).not.to.be.empty;
    expect(comparisonErrors(JSON.stringify({ ...go, extra: 1 }))).not.to.be.empty;
    expect(comparisonErrors(JSON.stringify({ ...go, reasons: undefined }))).not.to.be.empty;
  });
});

describe("a comparison as a page", () => {
  for (const [comparison, verdict] of [
    [go, "GO"],
    [noGo, "NO-GO"],
    [nothing, "INCONCLUSIVE"],
  ] as const) {
    it(`says ${verdict} before anything else, then why`, () => {
      const page = document(comparison);
      expect(page.title).to.equal(`${verdict}: Index verification`);
      expect(textOf(page.querySelector("header .word"))).to.equal(`Verdict: ${verdict}`);
      expect([...page.querySelectorAll("h2")].map(textOf)[0]).to.equal("Reasons");
      expect(page.querySelectorAll(".recommendations li")).to.have.length(comparison.reasons.length);
    });
  }

  it("has a row for every query and stratum and for the inserts, with figures and plans", () => {
    const rows = [...document(go).querySelectorAll("#queries + .card tbody")].map(textOf);
    expect(rows).to.have.length(3);
    for (const text of ["Q1, heaviest rooms", "IMPROVED", "times as fast", "target 50: met", "< 0.001"]) {
      expect(rows[0]).to.contain(text);
    }
    expect(rows[0]).to.contain('− Sort by "createdAt" DESC (50 rows)');
    expect(rows[0]).to.contain("+ Index Scan using messages_room_time_idx on messages (50 rows)");
    expect(rows[0]).to.contain("Pages in shared buffers: 900 → 54; read from outside: 40 → 0");
    expect(rows[1]).to.contain("NO CHANGE").and.to.contain("Plan: the same");
    expect(rows[2]).to.contain("Q2, inserts").and.to.contain("Write-ahead log: 900 → 1050 bytes a row");
  });

  it("has a chart of every distribution, with a name, a description and its data as text", () => {
    const figures = [...document(go).querySelectorAll("figure")];
    expect(figures.map((figure) => textOf(figure.querySelector("h3")))).to.deep.equal([
      "Q1, heaviest rooms",
      "Q6, median rooms",
      "Q2, inserts",
    ]);
    for (const figure of figures) {
      const svg = figure.querySelector("svg[role=img]")!;
      for (const name of ["aria-labelledby", "aria-describedby"]) {
        expect(textOf(figure.querySelector(`#${svg.getAttribute(name)!}`)), name).not.to.equal("");
      }
      expect(figure.querySelectorAll("tbody tr")).to.have.length(7);
      expect(
        svg.innerHTML.match(/<path[^>]*stroke-dasharray="5,?\s*3"|stroke-dasharray="5 3"/g),
      ).to.have.length(1);
    }
  });

  it("lists indexes with sizes and build times, and says when there are none to list", () => {
    const text = textOf(document(go).querySelector("#indexes")!.parentElement);
    for (const cell of ["messages_room_time_idx", "added", "6 MB", "1.3 s", "Q1 (heaviest rooms)"]) {
      expect(text).to.contain(cell);
    }
    expect(textOf(document(nothing).querySelector("#indexes")!.parentElement)).to.contain(
      "Both captures have the same indexes",
    );
  });

  it("says of latencies of several kinds where they are, and of a restart what it cost", () => {
    const [query, ...others] = go.queries;
    const modes = [
      { at: 0.2, share: 0.55 },
      { at: 1.1, share: 0.45 },
    ];
    const several = { ...query!, before: { ...query!.before, modes }, cold: { before: 31.4, after: 2.5 } };
    const text = textOf(document({ ...go, queries: [several, ...others] }).body);
    expect(text).to.contain("between several kinds of latencies: around 0.2 (55 %), 1.1 (45 %) before");
    const unchanged = textOf(document({ ...go, queries: [{ ...several, verdict: "NO_CHANGE" }] }).body);
    expect(unchanged, "where nothing rests on the median").not.to.contain("several kinds");
    expect(text).to.contain("First executions after a restart, median: 31.4 → 2.5");
  });

  it("escapes whatever a database or a query file may have put into it", () => {
    const attack = `</code><script>alert(1)</script><img src=x onerror='alert(2)'>`;
    const [query] = go.queries;
    const page = document({
      ...go,
      database: attack,
      reasons: [{ weight: "for", text: attack }],
      queries: [{ ...query!, query: attack, title: attack, stratum: attack, explanation: attack }],
      indexes: [{ ...go.indexes[0]!, name: attack, definition: attack }],
    });
    expect(page.querySelectorAll("script, img, [onerror]")).to.have.length(0);
  });

  it("has no figure that is none", () => {
    for (const each of [go, noGo, nothing, equal(1)]) {
      expect(comparisonPage(each)).not.to.match(/NaN|Infinity|undefined|\[object/);
    }
  });
});

describe("a comparison on the console", () => {
  it("says the verdict, then why, then the figures", () => {
    const lines = comparisonLines(go, false);
    expect(lines[1]).to.equal(`║${"  INDEX VERDICT: GO".padEnd(47)}║`);
    expect(lines[4]).to.equal("Release messages_room_time_idx.");
    expect(lines.slice(6).join("\n")).to.match(/^✓ Q1: heaviest rooms \d+(\.\d)? times as fast/);
    expect(lines.join("\n")).to.match(
      /Q1 {3}heaviest rooms {2}\S+ → \S+ +0\.\S+ \[0\.\S+, 0\.\S+\] {2}IMPROVED/,
    );
    expect(lines.map((line) => line.trim()).join(" "))
      .to.contain("log a row 900 → 1050 bytes (16.7 % more)")
      .and.contain("6 MB, built in 1.3 s");
    expect(comparisonLines(noGo, false).join("\n")).to.match(/^✗ Q2: inserts are 3 times as slow/m);
  });

  it("of two equal sides has no word of a verdict, on the page neither", () => {
    for (const [comparison, line] of [
      [equal(1), "A/A: 0 false alarms in 2 comparisons"],
      [equal(2), "A/A: 1 false alarm in 2 comparisons"],
    ] as const) {
      expect(comparisonLines(comparison, false)[0]).to.equal(line);
      expect(comparisonLines(comparison, false).join()).not.to.match(/INDEX VERDICT/);
      const page = document(comparison);
      expect(page.title).to.equal("A/A: Index verification");
      expect(textOf(page.querySelector("header .word"))).to.equal(line);
      expect(textOf(page.querySelector("header"))).not.to.match(/Verdict|GO\b|INCONCLUSIVE/);
      expect([...page.querySelectorAll("h2")].map(textOf)[0]).to.equal("False alarms");
      expect(textOf(page.querySelector("#conditions")!.parentElement)).not.to.match(/GO\b/);
    }
  });

  it("is at most 80 columns wide", () => {
    for (const each of [go, noGo, nothing, equal(2)]) {
      for (const line of comparisonLines(each, false)) expect(line.length, line).to.be.at.most(80);
    }
  });

  it("is coloured when asked for, and differs by nothing else", () => {
    const coloured = comparisonLines(go, true);
    expect(coloured.join("\n")).to.contain("\u001b[32m");
    // eslint-disable-next-line no-control-regex
    expect(coloured.map((line) => line.replaceAll(/\u001b\[\d+m/g, ""))).to.deep.equal(
      comparisonLines(go, false),
    );
  });
});
