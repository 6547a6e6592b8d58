import type { Capture } from "../phase2/capture";
import { BLOCKS } from "../phase2/measure/take-capture";
import type { ComparisonFormat } from "../phase2/report-file";
import { DEFAULT_SEED } from "../phase2/digest";
import { ExpectedError } from "../common/errors";
import type { Syntax } from "./front/command";
import { parseLine } from "./front/parse";
import { stackOption, twoOf } from "./front/values";
import { type MeasuredDatabase, measuredDatabase } from "./measured-database";

export const syntax = {
  name: "verify-indexes",
  summary:
    "Finds out what the indexes of phase 2 (phase2/phase-2-indexes.sql) do for the hot queries (phase2/queries).",
  examples: ["--stack dev --ab"],
  options: {
    ab: {
      heading: "One of:",
      description:
        "without and with the indexes in turns, then compare: the recommended way. All in a transaction that is rolled " +
        "back, for which the tables are locked",
    },
    aa: { description: "the same with both sides equal: whatever is found is a false alarm" },
    "pre-optimization": { description: "measure before the indexes; writes pre.json" },
    apply: {
      description: "build the indexes, and drop those that the file drops, while others go on writing",
    },
    "post-optimization": { description: "measure with the indexes; writes post.json" },
    compare: { operands: "A B", description: "what is different between two captures, and the verdict" },
    revert: { description: "drop the indexes that --apply built, and build those again that it dropped" },
    stack: { ...stackOption, heading: "With:", description: "the stack's database, e.g. dev" },
    "database-url": { value: "URL", description: "another database, as the role that owns the chat tables" },
    seed: {
      value: "TEXT",
      description: `draws the queries' parameters and their order; default: ${DEFAULT_SEED}`,
    },
    blocks: {
      value: "N",
      description: `blocks of every query, an even number from 10 on, default ${BLOCKS}: more of them narrow the intervals`,
    },
    passes: {
      value: "N",
      description:
        "executions with each of the parameters in a block; default: as many as fit into half a second, at most 50 in all",
    },
    budget: {
      value: "PERCENT",
      description:
        "the largest acceptable size of all new indexes together, as a share of their tables, e.g. 20%; default: none",
    },
    output: {
      value: "FILE",
      short: "o",
      description: "a capture's file; of --ab, --aa and --compare, also write the comparison as JSON",
    },
    html: { value: "FILE", description: "also as a page that opens in any browser, without network" },
  },
  notes: ["Without --stack and --database-url, the environment's MIGRATION_DATABASE_URL is used."],
  exitCodes: "0 GO, or done; 1 NO-GO, or false alarms; 2 inconclusive; 3 it could not be run",
} as const satisfies Syntax;

const actions = ["pre-optimization", "post-optimization", "apply", "revert", "ab", "aa", "compare"] as const;
type Action = (typeof actions)[number];

/** Where a comparison goes, as what. */
export type ComparisonFiles = Partial<Record<ComparisonFormat, string>>;

/** How to measure. */
interface Measurement {
  /** Draws the queries' parameters and their order. */
  seed: string;
  /** Blocks of every query. */
  blocks: number;
  /** Passes through the parameters in each block. */
  passes?: number;
}

/** What a comparison is judged by, and where it goes. */
interface Output {
  files: ComparisonFiles;
  /** The largest acceptable size of all new indexes together, as a share of their tables. */
  budget?: number;
}

/** What `npm run verify-indexes -- …` asks for. */
export type VerifyRequest =
  | (MeasuredDatabase & Measurement & { action: Capture["kind"]; output: string })
  | (MeasuredDatabase & Measurement & Output & { action: "ab" | "aa" })
  | (MeasuredDatabase & { action: "apply" | "revert" })
  | (Output & { action: "compare"; captures: [string, string] });

/**
 * Finds out what to do, and with which database.
 *
 * @throws ExpectedError for an unknown option, several things to do at once, a stack that is not up, no database
 */
export function parseVerifyArguments(
  args: string[],
  projectRoot: string,
  environment: NodeJS.ProcessEnv,
): VerifyRequest {
  const { values: options, operands } = parseLine(syntax, args);
  const action = oneAction(options);
  const { output, html } = options;
  const files = { ...(output && { json: output }), ...(html && { html }) };
  const judged = { files, ...(options.budget !== undefined && { budget: budgetOf(options.budget) }) };
  if (action === "compare") return { action, captures: twoCaptures(operands), ...judged };
  const measurement = {
    seed: options.seed ?? DEFAULT_SEED,
    blocks: blocksOf(options.blocks),
    ...(options.passes !== undefined && { passes: passesOf(options.passes) }),
  };
  const database = measuredDatabase(options, projectRoot, environment);
  switch (action) {
    case "apply":
    case "revert":
      return { action, ...database };
    case "ab":
    case "aa":
      return { action, ...database, ...measurement, ...judged };
    default:
      return { action, ...database, ...measurement, output: output ?? defaultFiles[action] };
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
  if (action === undefined)
    throw new ExpectedError("No action is named.", `Name one, such as --ab. ${SEE_HELP}`);
  if (second === undefined) return action;
  throw new ExpectedError(
    `--${action} and --${second} cannot be used together.`,
    "Run the command once for each.",
  );
}

function blocksOf(given = String(BLOCKS)): number {
  const blocks = /^\d+$/.test(given) ? Number(given) : 0;
  if (blocks >= 10 && blocks % 2 === 0) return blocks;
  throw new ExpectedError(
    `--blocks must be an even number of at least 10, such as --blocks 20, but it is "${given}".`,
  );
}

function passesOf(given: string): number {
  if (/^[1-9]\d{0,3}$/.test(given)) return Number(given);
  throw new ExpectedError(`--passes must be a whole number from 1 to 9999, but is "${given}".`);
}

function budgetOf(given: string): number {
  const percent = /^(\d+(?:\.\d+)?) ?%$/.exec(given)?.[1];
  if (percent !== undefined && Number(percent) > 0) return Number(percent) / 100;
  throw new ExpectedError(
    `--budget must be a percentage of the size of the indexes' tables, such as 20%, but is "${given}".`,
  );
}

function twoCaptures(names: string[]): [string, string] {
  const pair = twoOf(names);
  if (pair !== undefined) return pair;
  throw new ExpectedError(
    "--compare takes two files: that of --pre-optimization, then that of --post-optimization.",
  );
}
