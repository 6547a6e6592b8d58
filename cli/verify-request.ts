import { parseArgs } from "node:util";
import { readStackFile } from "../config";
import type { Capture } from "../phase2/capture";
import type { OwnMachine } from "../phase2/measure/cold";
import { BLOCKS } from "../phase2/measure/take-capture";
import type { ComparisonFormat } from "../phase2/report-file";
import { DEFAULT_SEED } from "../phase2/digest";
import { defaultDataDirectory } from "../postgres/embedded-server";
import { ExpectedError } from "../runtime/errors";
import { checkedDatabaseUrl } from "./database-url";
import { stackEnvironment } from "./stack-environment";

/** What `npm run verify-indexes -- --help` shows. */
export const help = `Finds out what the indexes of phase 2 (phase2/phase-2-indexes.sql) do for the hot queries (phase2/queries).

  npm run verify-indexes -- --stack dev --ab

One of:
  --ab                  without and with the indexes in turns, then compare: the recommended way. All in a transaction
                        that is rolled back, for which the tables are locked
  --aa                  the same with both sides equal: whatever is found is a false alarm
  --pre-optimization    measure before the indexes; writes pre.json
  --apply               build the indexes while others go on writing
  --post-optimization   measure with the indexes; writes post.json
  --compare A B         what is different between two captures, and the verdict
  --revert              drop the indexes

  --stack NAME          the stack's database, e.g. dev
  --database-url URL    another database, as the role that owns the chat tables
  --seed TEXT           draws the queries' parameters and their order; default: ${DEFAULT_SEED}
  --blocks N            blocks of every query, an even number from 10 on, default 20: more of them narrow the intervals
  --output FILE         a capture's file; of --ab, --aa and --compare, also write the comparison as JSON
  --html FILE           also as a page that opens in any browser, without network
  --help                show this

Without --stack and --database-url, the environment's MIGRATION_DATABASE_URL is used.

Exit code: 0 GO, or done; 1 NO-GO, or false alarms; 2 inconclusive; 3 it could not be run.
`;

const actions = ["pre-optimization", "post-optimization", "apply", "revert", "ab", "aa", "compare"] as const;
type Action = (typeof actions)[number];

/** Where a comparison goes, as what. */
export type ComparisonFiles = Partial<Record<ComparisonFormat, string>>;

/** Which database, and what it runs on where that is ours. */
interface Place {
  ownerUrl: string;
  machine?: OwnMachine;
}

/** How to measure. */
interface Measurement {
  /** Draws the queries' parameters and their order. */
  seed: string;
  /** Blocks of every query. */
  blocks: number;
}

/** What `npm run verify-indexes -- …` asks for. */
export type VerifyRequest =
  | (Place & Measurement & { action: Capture["kind"]; output: string })
  | (Place & Measurement & { action: "ab" | "aa"; files: ComparisonFiles })
  | (Place & { action: "apply" | "revert" })
  | { action: "compare"; captures: [string, string]; files: ComparisonFiles };

/**
 * Finds out what to do, and with which database.
 *
 * @returns `help` when only the usage is asked for
 * @throws ExpectedError for an unknown option, several things to do at once, a stack that is not up, no database
 */
export function parseVerifyArguments(
  args: string[],
  projectRoot: string,
  environment: NodeJS.ProcessEnv,
): VerifyRequest | "help" {
  const { values: options, positionals } = parseOptions(args);
  if (options.help === true) return "help";
  const action = oneAction(options);
  if (action !== "compare" && positionals.length > 0) {
    throw new ExpectedError(`Unexpected argument "${positionals[0]!}".`, SEE_HELP);
  }
  const { output, html } = options;
  const files = { ...(output && { json: output }), ...(html && { html }) };
  if (action === "compare") return { action, captures: twoCaptures(positionals), files };
  const measurement = { seed: options.seed ?? DEFAULT_SEED, blocks: blocksOf(options.blocks) };
  const place = placeOf(options, projectRoot, environment);
  switch (action) {
    case "apply":
    case "revert":
      return { action, ...place };
    case "ab":
    case "aa":
      return { action, ...place, ...measurement, files };
    default:
      return { action, ...place, ...measurement, output: output ?? defaultFiles[action] };
  }
}

/** Where a capture goes that is not told where to. */
const defaultFiles: Record<Capture["kind"], string> = {
  "pre-optimization": "pre.json",
  "post-optimization": "post.json",
};

const SEE_HELP = "See `npm run verify-indexes -- --help`.";

function oneAction(options: Partial<Record<Action, boolean>>): Action {
  const [action, second] = actions.filter((each) => options[each] === true);
  if (action === undefined) throw new ExpectedError("Nothing to do.", `Give --ab, for one. ${SEE_HELP}`);
  if (second === undefined) return action;
  throw new ExpectedError(`--${action} and --${second} cannot be done at once.`, "Run them one by one.");
}

function blocksOf(given = String(BLOCKS)): number {
  const blocks = /^\d+$/.test(given) ? Number(given) : 0;
  if (blocks >= 10 && blocks % 2 === 0) return blocks;
  throw new ExpectedError(`--blocks must be an even number from 10 on, but is "${given}".`);
}

function twoCaptures(names: string[]): [string, string] {
  const [before, after, ...others] = names;
  if (before !== undefined && after !== undefined && others.length === 0) return [before, after];
  throw new ExpectedError(
    "--compare takes two files: that of --pre-optimization, then that of --post-optimization.",
  );
}

function placeOf(
  { stack, "database-url": url }: { stack?: string; "database-url"?: string },
  projectRoot: string,
  environment: NodeJS.ProcessEnv,
): Place {
  const urls = url === undefined && stack !== undefined ? stackEnvironment(projectRoot, stack) : environment;
  const ownerUrl = url ?? urls.MIGRATION_DATABASE_URL;
  if (ownerUrl === undefined) {
    throw new ExpectedError(
      "No database to measure.",
      "Give `--stack dev` or `--database-url URL`, or set MIGRATION_DATABASE_URL.",
    );
  }
  const machine = stack === undefined || url !== undefined ? undefined : machineOf(projectRoot, stack);
  return { ownerUrl: checkedDatabaseUrl(ownerUrl), ...(machine && { machine }) };
}

/** The stack's own server, if it has one. */
function machineOf(projectRoot: string, stack: string): OwnMachine | undefined {
  const { target } = readStackFile(projectRoot, stack);
  if (target.kind !== "embedded") return undefined;
  return { kind: "embedded", dataDirectory: target.dataDir ?? defaultDataDirectory(projectRoot, stack) };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        "pre-optimization": { type: "boolean" },
        "post-optimization": { type: "boolean" },
        apply: { type: "boolean" },
        revert: { type: "boolean" },
        ab: { type: "boolean" },
        aa: { type: "boolean" },
        compare: { type: "boolean" },
        stack: { type: "string", short: "s" },
        "database-url": { type: "string" },
        seed: { type: "string" },
        blocks: { type: "string" },
        output: { type: "string", short: "o" },
        html: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new ExpectedError((error as Error).message, SEE_HELP);
  }
}
