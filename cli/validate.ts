import { readStackFile } from "../config";
import type { DatasetSpec } from "../generator/spec";
import { ExpectedError } from "../common/errors";
import type { Verdict } from "../validation/report";
import { keepReport, readHistory } from "../validation/history/store";
import { type ReportFormat, writeReport } from "../validation/report-file";
import { defaultThresholds, type QualityThresholds } from "../validation/thresholds";
import { validateDataset } from "../validation/validate";
import { projectRoot } from "../toolchain/layout";
import { databaseToRead } from "./database-to-read";
import { checkedDatabaseUrl } from "./database-url";
import type { Command, Syntax } from "./front/command";
import { parseLine } from "./front/parse";
import { runIfMain } from "./front/run";
import { stackOption, twoOf } from "./front/values";
import { print } from "./plain-text";
import { compare, listHistory } from "./report-history";

const syntax = {
  name: "validate",
  summary: "Checks the quality of a chat dataset: eight checks over all rows, reading only.",
  examples: ["--stack dev --output report.json"],
  options: {
    stack: { ...stackOption, description: "the stack's database and thresholds, e.g. dev" },
    "database-url": {
      value: "URL",
      description: "another database; with --stack, under that stack's thresholds",
    },
    output: { value: "FILE", short: "o", description: "also write the report as JSON" },
    html: { value: "FILE", description: "also as a page that opens in any browser, without network" },
    junit: { value: "FILE", description: "also as JUnit XML, for CI systems" },
    keep: { description: "keep the report in the database's history; needs the role that owns the tables" },
    history: { description: "list the reports that were kept, and check nothing" },
    compare: {
      operands: "A B",
      description: "what is different between two reports, each a file or a number of the history",
    },
  },
  notes: ["Without --stack and --database-url, the environment's DATABASE_URL is used."],
  exitCodes: "0 all checks passed; 1 a critical check failed; 2 warnings only; 3 the checks could not be run",
} as const satisfies Syntax;

/** The exit code of a dataset with this verdict. */
export const exitCodes: Record<Verdict, number> = { PASS: 0, FAIL: 1, WARNING: 2 };

/** The exit code when there is no verdict. */
export const COULD_NOT_RUN = 3;

/** The parsed command line of `npm run validate`. */
export interface ValidateRequest {
  databaseUrl: string;
  thresholds: QualityThresholds;
  /** The description of a stack's dataset. It is not known for another database. */
  spec?: DatasetSpec;
  /** The files for the report, by format. */
  files: Partial<Record<ReportFormat, string>>;
  /** The URL of the owner, if the report is added to the history. */
  keepAs?: string;
}

/** The parsed command line of `--history` or `--compare`. */
export type HistoryRequest = { history: string } | { compare: [string, string]; ownerUrl?: string };

/**
 * Determines the database to validate and the thresholds.
 *
 * @throws ExpectedError for an unknown option, a stack without a database, or when no database is given
 */
export function parseValidateArguments(
  args: string[],
  projectRoot: string,
  environment: NodeJS.ProcessEnv,
): ValidateRequest | HistoryRequest {
  const { values: options, operands } = parseLine(syntax, args);
  const { stack, output: json, html, junit, "database-url": url } = options;
  const { url: databaseUrl, urls } = databaseToRead(options, projectRoot, environment);
  if (databaseUrl === undefined) {
    // Two files can be compared without a database.
    if (options.compare === true) return { compare: twoReports(operands) };
    throw new ExpectedError(
      "The command line names no database to validate.",
      "Add `--stack dev` or `--database-url URL`, or set DATABASE_URL.",
    );
  }
  const checked = checkedDatabaseUrl(databaseUrl);
  const ownerUrl = checkedDatabaseUrl(urls.MIGRATION_DATABASE_URL ?? databaseUrl);
  if (options.compare === true) return { compare: twoReports(operands), ownerUrl };
  if (options.history === true) return { history: ownerUrl };
  const band = stack === undefined ? undefined : readStackFile(projectRoot, stack);
  return {
    databaseUrl: checked,
    thresholds: band?.thresholds ?? defaultThresholds,
    ...(band !== undefined && url === undefined && { spec: band.dataset }),
    ...(options.keep === true && { keepAs: ownerUrl }),
    files: { ...(json && { json }), ...(html && { html }), ...(junit && { junit }) },
  };
}

function twoReports(names: string[]): [string, string] {
  const pair = twoOf(names);
  if (pair !== undefined) return pair;
  throw new ExpectedError(
    "--compare needs two reports.",
    "Give two files or numbers of the history, e.g. `--compare before.json after.json`.",
  );
}

async function validate(request: ValidateRequest | HistoryRequest): Promise<number> {
  if ("history" in request || "compare" in request) {
    const lines =
      "history" in request ? listHistory(request.history) : compare(request.compare, request.ownerUrl);
    for (const line of await lines) print(line);
    return 0;
  }
  const { databaseUrl, thresholds, spec, files, keepAs } = request;
  const report = await validateDataset(databaseUrl, { thresholds, spec, log: print });
  if (keepAs !== undefined)
    print(`\n✓ Report added to the history as number ${await keepReport(keepAs, report)}`);
  const history = keepAs === undefined ? [] : (await readHistory(keepAs)).map((kept) => kept.report);
  const written = Object.entries(files) as [ReportFormat, string][];
  if (written.length > 0) print("");
  for (const [format, file] of written) {
    writeReport(file, report, format, { history });
    print(`✓ Report written to: ${file}`);
  }
  return exitCodes[report.overall_assessment.verdict];
}

export const command: Command<ValidateRequest | HistoryRequest> = {
  ...syntax,
  failure: COULD_NOT_RUN,
  parse: (args) => parseValidateArguments(args, projectRoot, process.env),
  run: validate,
};

runIfMain(module, command);
