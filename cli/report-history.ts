import { existsSync, readFileSync } from "node:fs";
import { ExpectedError } from "../common/errors";
import { compareReports } from "../validation/history/compare";
import { differenceLines, historyLines, titleOf } from "../validation/history/console";
import { readHistory, readKept } from "../validation/history/store";
import { isReport, type QualityReport } from "../validation/report";

/** Lists the reports in a database's history. */
export async function listHistory(ownerUrl: string): Promise<string[]> {
  const { reports, others } = await readKept(ownerUrl);
  return [...historyLines(reports), ...otherLines(others)];
}

function otherLines(numbers: readonly number[]): string[] {
  if (numbers.length === 0) return [];
  return ["", `Left out, because another version wrote them in another format: ${numbers.join(", ")}`];
}

/**
 * Compares two reports.
 *
 * @param names two files, or numbers in the database's history
 * @param ownerUrl the URL of the database with the history, if there is one
 * @throws ExpectedError when one of them does not exist or is not a report
 */
export async function compare(names: [string, string], ownerUrl: string | undefined): Promise<string[]> {
  const [before, after] = [await named(names[0], ownerUrl), await named(names[1], ownerUrl)];
  return differenceLines(compareReports(before, after), [
    titleOf(names[0], before),
    titleOf(names[1], after),
  ]);
}

async function named(name: string, ownerUrl: string | undefined): Promise<QualityReport> {
  if (existsSync(name)) return reportIn(name);
  const number = Number(name);
  if (!Number.isInteger(number)) {
    throw new ExpectedError(
      `There is no report ${name}.`,
      "Use the name of a file, or a number that --history lists.",
    );
  }
  if (ownerUrl === undefined) {
    throw new ExpectedError(
      `Report ${name} is the number of a report in a database, but the command line names no database.`,
      "Add `--stack dev` or `--database-url URL`.",
    );
  }
  const kept = (await readHistory(ownerUrl)).find((each) => each.number === number);
  if (kept) return kept.report;
  throw new ExpectedError(`The history has no report ${name}.`, "Use a number that --history lists.");
}

function reportIn(file: string): QualityReport {
  try {
    const report: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (isReport(report)) return report;
  } catch (error) {
    throw new ExpectedError(
      `Cannot read the report ${file}: ${(error as Error).message}.`,
      "Use a file that `npm run validate -- --output` wrote.",
    );
  }
  throw new ExpectedError(
    `${file} is not a quality report.`,
    "Use a file that `npm run validate -- --output` wrote.",
  );
}
