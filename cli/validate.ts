import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readStackFile } from "../config";
import type { DatasetSpec } from "../generator/spec";
import { describeError, ExpectedError } from "../runtime/errors";
import type { Verdict } from "../validation/report";
import { type Face, writeReport } from "../validation/report-file";
import { defaultThresholds, type QualityThresholds } from "../validation/thresholds";
import { validateDataset } from "../validation/validate";
import { checkedDatabaseUrl } from "./database-url";
import { stackEnvironment } from "./stack-environment";

const help = `Checks the quality of a chat dataset: eight checks over all rows, reading only.

  npm run validate -- --stack dev --output report.json

  --stack NAME         the stack's database and thresholds, e.g. dev
  --database-url URL   another database; with --stack, under that stack's thresholds
  --output FILE        also write the report as JSON
  --html FILE          also as a page that opens in any browser, without network
  --junit FILE         also as JUnit XML, for CI systems
  --help               show this

Without --stack and --database-url, the environment's DATABASE_URL is used.

Exit code: 0 all checks passed, 1 a critical check failed, 2 warnings only, 3 the checks could not be run.
`;

/** The exit code of a dataset with this verdict. */
export const exitCodes: Record<Verdict, number> = { PASS: 0, FAIL: 1, WARNING: 2 };

/** The exit code when there is no verdict. */
export const COULD_NOT_RUN = 3;

/** What `npm run validate -- …` asks for. */
export interface ValidateRequest {
  databaseUrl: string;
  thresholds: QualityThresholds;
  /** What a stack's rows were made from; not known of another database. */
  dataset?: DatasetSpec;
  /** Where the report goes, as what. */
  files: Partial<Record<Face, string>>;
}

/**
 * Finds out which database to validate, and by which thresholds.
 *
 * @returns `help` when only the usage is asked for
 * @throws ExpectedError for an unknown option, a stack that is not up, no database at all
 */
export function parseValidateArguments(
  args: string[],
  projectRoot: string,
  environment: NodeJS.ProcessEnv,
): ValidateRequest | "help" {
  const options = parseOptions(args);
  if (options.help === true) return "help";
  const { stack, output: json, html, junit, "database-url": url } = options;
  const databaseUrl =
    url ?? (stack === undefined ? environment : stackEnvironment(projectRoot, stack)).DATABASE_URL;
  if (databaseUrl === undefined) {
    throw new ExpectedError(
      "No database to validate.",
      "Give `--stack dev` or `--database-url URL`, or set DATABASE_URL.",
    );
  }
  const checked = checkedDatabaseUrl(databaseUrl);
  const band = stack === undefined ? undefined : readStackFile(projectRoot, stack);
  return {
    databaseUrl: checked,
    thresholds: band?.thresholds ?? defaultThresholds,
    ...(band !== undefined && url === undefined && { dataset: band.dataset }),
    files: { ...(json && { json }), ...(html && { html }), ...(junit && { junit }) },
  };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        stack: { type: "string", short: "s" },
        "database-url": { type: "string" },
        output: { type: "string", short: "o" },
        html: { type: "string" },
        junit: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new ExpectedError((error as Error).message, "See `npm run validate -- --help`.");
  }
}

async function validate(args: string[]): Promise<number> {
  const request = parseValidateArguments(args, resolve(__dirname, ".."), process.env);
  if (request === "help") {
    console.log(help);
    return 0;
  }
  const { databaseUrl, thresholds, dataset, files } = request;
  const report = await validateDataset(databaseUrl, {
    thresholds,
    dataset,
    log: (line) => {
      console.log(line);
    },
  });
  const written = Object.entries(files) as [Face, string][];
  if (written.length > 0) console.log("");
  for (const [face, file] of written) {
    writeReport(file, report, face);
    console.log(`✓ Report written to: ${file}`);
  }
  return exitCodes[report.overall_assessment.verdict];
}

if (require.main === module) {
  validate(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(describeError(error));
      process.exitCode = COULD_NOT_RUN;
    },
  );
}
