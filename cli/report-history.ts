import { existsSync, readFileSync } from "node:fs";
import { ExpectedError } from "../common/errors";
import { compareReports } from "../validation/history/compare";
import { differenceLines, historyLines } from "../validation/history/console";
import { readHistory } from "../validation/history/store";
import type { QualityReport } from "../validation/report";

/** Lists the reports that are kept in a database. */
export async function listHistory(ownerUrl: string): Promise<string[]> {
  return historyLines(await readHistory(ownerUrl));
}

/**
 * Compares two reports.
 *
 * @param names each a file, or a number of the database's history
 * @param ownerUrl the database with the history, where there is one
 * @throws ExpectedError when one is not there, or is no report
 */
export async function compare(names: [string, string], ownerUrl: string | undefined): Promise<string[]> {
  const [before, after] = [await named(names[0], ownerUrl), await named(names[1], ownerUrl)];
  return differenceLines(compareReports(before, after));
}

async function named(name: string, ownerUrl: string | undefined): Promise<QualityReport> {
  if (existsSync(name)) return reportIn(name);
  const number = Number(name);
  if (!Number.isInteger(number)) {
    throw new ExpectedError(`There is no report ${name}.`, "Give a file, or a number that --history lists.");
  }
  if (ownerUrl === undefined) {
    throw new ExpectedError(
      `Report ${name} is looked for in a database's history, but there is no database.`,
      "Give `--stack dev` or `--database-url URL`.",
    );
  }
  const kept = (await readHistory(ownerUrl)).find((each) => each.number === number);
  if (kept) return kept.report;
  throw new ExpectedError(`The history has no report ${name}.`, "Give a number that --history lists.");
}

function reportIn(file: string): QualityReport {
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as Partial<QualityReport>;
    if (Array.isArray(report.checks) && report.overall_assessment && report.dataset_summary)
      return report as QualityReport;
  } catch (error) {
    throw new ExpectedError(`Cannot read the report ${file}: ${(error as Error).message}.`);
  }
  throw new ExpectedError(
    `${file} is not a quality report.`,
    "Give a file that `npm run validate -- --output` wrote.",
  );
}
