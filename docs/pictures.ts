/**
 * Takes the README's pictures: what a browser shows of a stack's quality report, light and dark.
 *
 *     npm run pictures -- dev
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ExpectedError, describeError } from "../common/errors";
import { findBrowser, startBrowser } from "../test/support/browser";

const projectRoot = resolve(__dirname, "..");
/** CSS pixels: the verdict and the first charts, at a width that GitHub does not scale much. */
const VIEW = { width: 1000, height: 1150 };

async function takePictures(stack: string): Promise<void> {
  const report = join(projectRoot, "reports", `quality-report-${stack}.html`);
  if (!existsSync(report)) {
    throw new ExpectedError(`There is no report ${report}.`, `Run \`npm run up -- --stack ${stack}\` first.`);
  }
  const program = findBrowser();
  if (program === undefined) {
    throw new ExpectedError("There is no Chromium.", "Install it, or let CHROMIUM name it.");
  }
  const browser = await startBrowser(program);
  try {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ viewport: VIEW, colorScheme });
      await page.goto(pathToFileURL(report).href);
      const path = join(__dirname, `quality-report-${colorScheme}.png`);
      await page.screenshot({ path });
      console.log(`✓ ${path}`);
    }
  } finally {
    await browser.close();
  }
}

takePictures(process.argv[2] ?? "dev").catch((error: unknown) => {
  console.error(describeError(error));
  process.exitCode = 1;
});
