import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { compareCaptures, type Comparison } from "../../phase2/compare";
import { writeComparison } from "../../phase2/report-file";
import { findBrowser, listen, startBrowser, violations } from "../support/browser";
import { setUp } from "../support/fixture";
import { needs } from "../support/needs";
import { temporaryFolder } from "../support/server";
import { capture, goodRelease } from "../unit/phase2/captures";

const widths = { phone: 390, desktop: 1280 };
/** The largest length of an index name in PostgreSQL. */
const LONGEST_NAME = 63;
const schemes = ["light", "dark"] as const;

describe("a comparison of indexes in a browser", () => {
  let folder: string;
  let browser: Browser;

  needs("browser");
  setUp(async (undo) => {
    folder = temporaryFolder("comparison");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    browser = await startBrowser(findBrowser()!);
    undo(() => browser.close());
  });

  for (const [kind, comparison] of Object.entries({
    "that is a GO": release(),
    "that is a NO-GO, with everything there is to say": full(),
    "with nothing to decide": compareCaptures(capture("pre"), capture("post")),
  })) {
    for (const [screen, width] of Object.entries(widths)) {
      for (const colorScheme of schemes) {
        it(`${kind} can be read by everybody: ${screen}, ${colorScheme}`, async () => {
          const file = join(folder, `${kind}.html`);
          writeComparison(file, comparison, "html");
          expect(statSync(file).size).to.be.below(1_000_000);

          const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
          try {
            const heard = listen(page);
            await page.goto(pathToFileURL(file).href);
            await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))");
            expect(await violations(page, 15)).to.deep.equal([]);
            const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            expect(await page.evaluate(overflow), "pixels to scroll sideways").to.equal(0);
            expect(heard).to.deep.equal({ requests: [pathToFileURL(file).href], complaints: [] });
          } finally {
            await page.close();
          }
        });
      }
    }
  }

  it("draws a chart for every query and stratum, and names each to those who cannot see it", async () => {
    const file = join(folder, "charts.html");
    writeComparison(file, release(), "html");
    const page = await browser.newPage({ viewport: { width: widths.phone, height: 800 } });
    try {
      await page.goto(pathToFileURL(file).href);
      for (const name of ["Q1, heaviest rooms", "Q6, median rooms", "Q2, inserts"]) {
        const box = await page.getByRole("img", { name, exact: true }).boundingBox();
        expect(box?.width, name).to.be.within(280, widths.phone);
        expect(box?.height, name).to.be.above(150);
        await page.getByText(`Data of “${name}”`).click();
      }
    } finally {
      await page.close();
    }
  });
});

function release(): Comparison {
  return compareCaptures(...goodRelease({ experiment: "e" }, { experiment: "e" }));
}

/** A comparison with every kind of reason, an invalid index, several modes and first executions. */
function full(): Comparison {
  const comparison = compareCaptures(...goodRelease({}, { insertMs: 0.9, walBytes: 2000 }));
  const [query, ...others] = comparison.queries;
  const modes = [
    { at: 0.2, share: 0.75 },
    { at: 1.1, share: 0.25 },
  ];
  const several = { ...query!, before: { ...query!.before, modes }, cold: { before: 31.4, after: 2.5 } };
  return {
    ...comparison,
    cold_by: "restart of the server",
    reasons: (["against", "open", "for", "caution"] as const).map((weight) => ({
      weight,
      text: `${weight}: ${"x".repeat(LONGEST_NAME)}`,
    })),
    queries: [several, ...others],
    indexes: comparison.indexes.map((index) => ({ ...index, valid: false, used_by: [] })),
  };
}
