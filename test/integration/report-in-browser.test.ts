import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { withClient } from "../../postgres/connection";
import type { QualityReport } from "../../validation/report";
import { writeReport } from "../../validation/report-file";
import { defaultThresholds } from "../../validation/thresholds";
import { validateDataset } from "../../validation/validate";
import { findBrowser, listen, startBrowser, violations } from "../support/browser";
import { chatDatasetSql } from "../support/chat-dataset";
import { setUp } from "../support/fixture";
import { needs } from "../support/needs";
import { schemaErrors } from "../support/report-schema";
import { startTestServer, temporaryFolder } from "../support/server";
import { fullReport } from "../unit/validation/formats/full-report";

const widths = { phone: 360, desktop: 1280 };
const schemes = ["light", "dark"] as const;

describe("the report of a real dataset", () => {
  let folder: string;
  let real: QualityReport;

  setUp(async (undo) => {
    folder = temporaryFolder("report");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    const database = await (await startTestServer()).createDatabase();
    try {
      await withClient(database.ownerUrl, (client) => client.query(chatDatasetSql()));
      const log = (): void => undefined;
      real = await validateDataset(database.appUrl, { thresholds: defaultThresholds, log });
    } finally {
      await database.drop();
    }
  });

  it("is what the published schema says", () => {
    const file = join(folder, "report.json");
    writeReport(file, real);
    expect(schemaErrors(readFileSync(file, "utf8"))).to.deep.equal([]);
  });

  describe("in a browser", () => {
    let browser: Browser;

    needs("browser");
    setUp(async (undo) => {
      browser = await startBrowser(findBrowser()!);
      undo(() => browser.close());
    });

    const kinds: Record<string, () => QualityReport> = {
      "that passes": () => ({ ...fullReport(), ...real, ...extras() }),
      "that fails, with warnings": () => ({ ...real, ...extras(), ...failures() }),
      "without anything optional": () => real,
    };
    for (const [kind, report] of Object.entries(kinds)) {
      for (const [screen, width] of Object.entries(widths)) {
        for (const colorScheme of schemes) {
          it(`${kind} can be read by everybody: ${screen}, ${colorScheme}`, async () => {
            const file = join(folder, `${kind}.html`);
            const earlier = { ...real, validation_timestamp: "2025-01-01T00:00:00Z" };
            writeReport(file, report(), "html", { history: [earlier] });
            expect(statSync(file).size).to.be.below(1_000_000);

            const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
            try {
              const heard = listen(page);
              await page.goto(pathToFileURL(file).href);
              await page.evaluate(
                "document.querySelectorAll('details').forEach((each) => (each.open = true))",
              );
              expect(await violations(page)).to.deep.equal([]);
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

    it("draws every chart, and names each to those who cannot see it", async () => {
      const file = join(folder, "charts.html");
      writeReport(file, { ...real, ...extras() }, "html");
      const page = await browser.newPage({ viewport: { width: widths.phone, height: 800 } });
      try {
        await page.goto(pathToFileURL(file).href);
        for (const name of [
          "Conversation sizes",
          "Tail of the sizes",
          "Inequality",
          "Hours of the day",
          "Days of the week",
          "Text lengths",
        ]) {
          const chart = page.getByRole("img", { name, exact: true });
          const box = await chart.boundingBox();
          expect(box?.width, name).to.be.within(280, widths.phone);
          expect(box?.height, name).to.be.above(150);
          await page.getByText(`Data of “${name}”`).click();
        }
        expect(await page.getByRole("table").count()).to.be.above(6);
      } finally {
        await page.close();
      }
    });

    it("is printed dark on light from a dark screen too", async () => {
      const file = join(folder, "print.html");
      writeReport(file, real, "html");
      const page = await browser.newPage({ colorScheme: "dark" });
      try {
        await page.goto(pathToFileURL(file).href);
        const colours =
          "[getComputedStyle(document.body).color, getComputedStyle(document.documentElement).colorScheme]";
        expect(await page.evaluate(colours)).to.deep.equal(["rgb(228, 233, 239)", "light dark"]);
        await page.emulateMedia({ media: "print" });
        expect(await page.evaluate(colours)).to.deep.equal(["rgb(26, 34, 44)", "light only"]);
      } finally {
        await page.close();
      }
    });

    it("can be read by keyboard: the first stop leads to the results, and every table that scrolls is a stop", async () => {
      const file = join(folder, "keyboard.html");
      writeReport(file, { ...real, ...extras() }, "html");
      const page = await browser.newPage({ viewport: { width: widths.phone, height: 800 } });
      try {
        await page.goto(pathToFileURL(file).href);
        await page.keyboard.press("Tab");
        expect(await page.evaluate("document.activeElement.textContent")).to.equal("Skip to the results");
        await page.keyboard.press("Enter");
        expect(await page.evaluate("document.activeElement.id")).to.equal("content");
        const stuck = `[...document.querySelectorAll("*")].filter((each) =>
          /auto|scroll/.test(getComputedStyle(each).overflowX) && each.tabIndex < 0).length`;
        expect(await page.evaluate(stuck)).to.equal(0);
      } finally {
        await page.close();
      }
    });
  });

  /** The optional parts of a report. */
  function extras(): Partial<QualityReport> {
    const { findings, analysis, dataset_size } = fullReport();
    return { findings: findings!, analysis: analysis!, dataset_size: dataset_size! };
  }

  /** The assessment of a dataset with a failed critical check and another failed check. */
  function failures(): Partial<QualityReport> {
    const { overall_assessment, recommendations, checks } = fullReport("pii_safety", "heavy_rooms");
    return { overall_assessment, recommendations, checks };
  }
});
