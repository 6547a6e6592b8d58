import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const places = [
  ...(process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The system's Chromium or Chrome: the one that `CHROMIUM` names, or the first on the PATH; undefined without any. */
export function findBrowser(): string | undefined {
  return process.env.CHROMIUM ?? places.find(isProgram);
}

/** Starts a browser without a window. Whoever starts it closes it. */
export function startBrowser(executablePath: string): Promise<Browser> {
  // Chromium refuses to run as root inside its sandbox.
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
