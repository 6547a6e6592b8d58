import { expect } from "chai";
import { lorenz } from "../../../../validation/formats/html/charts/lorenz";
import { parseHTML } from "linkedom";
import { fittedCcdf } from "../../../../validation/formats/html/charts/ccdf";
import { htmlReport, type HtmlOptions } from "../../../../validation/formats/html";
import type { QualityReport } from "../../../../validation/report";
import { exampleReport } from "../../../support/quality-report";
import { fullReport } from "./full-report";

function page(report: QualityReport, options?: HtmlOptions): Document {
  return parseHTML(htmlReport(report, options)).document;
}

const textOf = (element: Element | null): string => (element?.textContent ?? "").replace(/\s+/g, " ").trim();
const headings = (document: Document): string[] => [...document.querySelectorAll("h2")].map(textOf);

describe("the report as a page", () => {
  for (const [verdict, ready, failed] of [
    ["PASS", "Yes", []],
    ["WARNING", "Yes", ["heavy_rooms"]],
    ["FAIL", "No", ["pii_safety"]],
  ] as const) {
    it(`says ${verdict} before anything else`, () => {
      const document = page(fullReport(...failed));
      const passed = 8 - failed.length;
      expect(document.title).to.equal(`${verdict}: Dataset quality`);
      expect(textOf(document.querySelector("header .word"))).to.equal(`Verdict: ${verdict}`);
      expect(textOf(document.querySelector("header dl"))).to.equal(
        `Checks passed ${passed}/8 Ready for phase 2 ${ready}`,
      );
      expect(headings(document)[0]).to.equal("Recommendations");
    });
  }

  it("repeats every recommendation, its sign in words", () => {
    const report = fullReport("heavy_rooms", "pii_safety");
    const lines = [...page(report).querySelectorAll(".recommendations li")].map(textOf);
    expect(lines).to.have.length(report.recommendations.length);
    expect(lines[0]).to.match(/^WARNING: Insufficient heavy rooms/);
    expect(lines[1]).to.match(/^FAIL: PII detected/);
    expect(lines.at(-1)).to.equal("FAIL: NOT APPROVED for Phase 2 performance testing");
  });

  it("has a figure of each kind, with a name, a description and its data as text", () => {
    const figures = [...page(fullReport()).querySelectorAll("figure")];
    expect(figures.map(({ id }) => id)).to.deep.equal(["sizes", "tail", "lorenz", "hours", "week", "texts"]);
    for (const figure of figures) {
      const svg = figure.querySelector("svg[role=img]")!;
      for (const name of ["aria-labelledby", "aria-describedby"]) {
        const text = figure.querySelector(`#${svg.getAttribute(name)!}`);
        expect(textOf(text), `${figure.id} ${name}`).not.to.equal("");
      }
      expect(figure.querySelectorAll("tbody tr"), figure.id).to.have.length.above(3);
    }
  });

  it("shows of each check verdict, figures, time and statements", () => {
    const report = fullReport("heavy_rooms");
    report.checks[0]!.sql = ["SELECT 'one'", "SELECT 'two'"];
    const row = page(report).querySelector("#check-heavy_rooms")!;
    for (const text of [
      "WARNING",
      "measured heavy_rooms",
      "bound of heavy_rooms",
      "100 ms",
      "2 statements",
    ]) {
      expect(textOf(row)).to.contain(text);
    }
    expect([...row.querySelectorAll("details pre")].map(textOf)).to.deep.equal(report.checks[0]!.sql);
  });

  it("shows findings with their masked rows, and the size beside its forecast", () => {
    const document = page(fullReport());
    for (const outcome of ["good", "notice", "problem", "unknown"]) {
      expect(textOf(document.body)).to.contain(`measured ${outcome}`).and.to.contain(`expected ${outcome}`);
    }
    expect([...document.querySelectorAll(".samples li")].map(textOf)).to.deep.equal([
      "messages c1: +49 *** **17",
    ]);
    expect(textOf(document.body)).to.contain("Forecast: 187 MB in 500,000 rows. Actual: 185 MB");
  });

  it("shows the trend of earlier reports, newest first, and counts a report once that is among them", () => {
    const earlier = { ...fullReport("pii_safety"), validation_timestamp: "2025-09-01T00:00:00Z" };
    const document = page(fullReport(), { history: [earlier, fullReport()] });
    const table = [...document.querySelectorAll("table")].at(-1)!;
    const rows = [...table.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map(textOf).join(" "),
    );
    expect(rows).to.deep.equal([
      "2025-10-22 18:30 UTC PASS 8 1.80 800 ms",
      "2025-09-01 00:00 UTC FAIL 7 1.80 800 ms",
    ]);
    expect(headings(page(fullReport()))).not.to.include("Trend");
  });

  it("does not say of a law that it fits where its p-value rules it out", () => {
    const report = fullReport();
    const said = (): string => textOf(page(report).querySelector("#tail figcaption p"));
    expect(said()).to.contain("α = 1.80 ± 0.02 (asked for: 1.80) fits sizes from 10 to 10,000");
    report.analysis!.fit!.p = 0.1;
    expect(said()).to.contain("does not fit sizes from 10 to 10,000");
  });

  it("leaves out what a report does not have", () => {
    const document = page(exampleReport());
    expect(headings(document)).to.deep.equal(["Recommendations", "Checks"]);
    expect(document.querySelectorAll("figure")).to.have.length(0);
  });

  it("draws datasets of one conversation, of one message, and without a fit", () => {
    const report = fullReport();
    report.distribution_analysis.power_law_tail.histogram = [
      { range: "1-10", conversations: 1, messages: 1 },
    ];
    report.temporal_analysis.hourly_distribution = Array.from({ length: 24 }, (_, hour) =>
      Number(hour === 4),
    );
    report.analysis = {
      ccdf: [{ size: 1, share: 1 }],
      fit: null,
      lorenz: [
        { conversations: 0, messages: 0 },
        { conversations: 1, messages: 1 },
      ],
      gini: null,
      week: Array.from({ length: 7 }, (_, day) =>
        Array.from({ length: 24 }, (_, hour) => Number(day + hour === 0)),
      ),
      textLengths: [{ from: 0, to: 0, messages: 1 }],
    };
    const text = htmlReport(report);
    expect(parseHTML(text).document.querySelectorAll("figure")).to.have.length(6);
    expect(text).not.to.match(/NaN|Infinity|undefined/);
  });

  it("shows the share of the largest conversations where the curve is", () => {
    const report = fullReport();
    const chart = lorenz(report)!;
    const { heavy_rooms: rooms } = report.distribution_analysis;
    const [dots] = chart.plot.marks!.flatMap((mark) => {
      const { data } = mark as { data?: { text?: string; conversations: number; messages: number }[] };
      return data?.[0]?.text === undefined ? [] : [data];
    });
    expect(dots!.map(({ text, messages }) => [text, messages])).to.deep.equal([
      ["top 5 %", rooms.top_5_percent_message_share],
      ["top 1 %", rooms.top_1_percent_message_share],
    ]);
    for (const { conversations } of dots!) expect(conversations).to.be.below(0.06);
    expect(chart.data.rows[0]).to.deep.equal(["0 %", "0 %"]);
  });

  it("escapes whatever a database may have put into it", () => {
    const report = fullReport();
    const attack = `</code><script>alert("1")</script><img src=x onerror='alert(2)'>&amp;`;
    Object.assign(report.checks[0]!, { name: attack, measured: attack, threshold: attack, sql: [attack] });
    report.recommendations = [attack];
    Object.assign(report.findings![0]!, { name: attack, measured: attack, sql: [attack] });
    const document = page(report, { title: attack });
    expect(document.querySelectorAll("script, img, [onerror]")).to.have.length(0);
    expect(textOf(document.querySelector("h1"))).to.equal(attack);
    expect(textOf(document.querySelector("#check-heavy_rooms pre"))).to.equal(attack);
  });

  it("is the same for the same report", () => {
    expect(htmlReport(fullReport())).to.equal(htmlReport(fullReport()));
  });
});

describe("the fitted curve", () => {
  it("is the sum of the law's tail to within a hundredth", () => {
    const law = { alpha: 1.8, xmin: 5, xmax: 2000 };
    const tail = (from: number): number => {
      let sum = 0;
      for (let size = from; size <= law.xmax; size++) sum += size ** -law.alpha;
      return sum;
    };
    for (const { size, share } of fittedCcdf(law, 0.7)) {
      if (Number.isInteger(size)) expect(share).to.be.closeTo((0.7 * tail(size)) / tail(law.xmin), 0.007);
    }
    expect(fittedCcdf(law, 0.7)[0]).to.deep.equal({ size: 5, share: 0.7 });
  });
});
