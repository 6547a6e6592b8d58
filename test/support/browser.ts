import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import axe from "axe-core";
import { expect } from "chai";
import { type Browser, chromium, type Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = [
  ...(process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * The path of Chromium or Chrome: the one that `CHROMIUM` names, or the first one on the PATH. Undefined when there is
 * none.
 */
export function findBrowser(): string | undefined {
  return process.env.CHROMIUM ?? places.find(isProgram);
}

/** Starts a headless browser. The caller must close it. */
export function startBrowser(executablePath: string): Promise<Browser> {
  // Chromium does not run as root in its sandbox.
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}

/** Collects all requests of the page, and all errors and security policy violations on it. */
export function listen(page: Page): { requests: string[]; complaints: string[] } {
  const heard = { requests: [] as string[], complaints: [] as string[] };
  page.on("request", (request) => heard.requests.push(request.url()));
  page.on("console", (message) => heard.complaints.push(message.text()));
  page.on("pageerror", (error) => heard.complaints.push(error.message));
  return heard;
}

/**
 * The violations that axe-core finds: its rules for WCAG 2 up to level AA, and its best practices.
 *
 * @param leastPasses the smallest number of rules that the page must pass, so that an empty page fails
 */
export async function violations(page: Page, leastPasses = 20): Promise<string[]> {
  await page.evaluate(axe.source);
  // What passes is only counted. Selectors for each of its nodes would take most of the time.
  const options: axe.RunOptions = { resultTypes: ["violations"], selectors: false };
  const results = await page.evaluate<axe.AxeResults>(`axe.run(${JSON.stringify(options)})`);
  expect(results.passes).to.have.length.above(leastPasses);
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
