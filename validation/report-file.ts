import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ExpectedError } from "../runtime/errors";
import type { QualityReport } from "./report";

/**
 * Writes a report as JSON. Whoever reads the file meanwhile sees the whole old report or the whole new one.
 *
 * @throws ExpectedError when the file cannot be written
 */
export async function writeReport(path: string, report: QualityReport): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, `${JSON.stringify(report, null, 2)}\n`);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw new ExpectedError(
      `Cannot write the report to ${path}: ${(error as Error).message}.`,
      "Choose a folder that you may write to.",
    );
  }
}
