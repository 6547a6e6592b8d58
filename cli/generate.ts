import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readStackFile } from "../config";
import { clearDataset, loadPartition, type Partition } from "../generator/load";
import type { DatasetSpec } from "../generator/spec";
import { describeError, ExpectedError } from "../common/errors";
import { checkedDatabaseUrl } from "./database-url";
import { print } from "./plain-text";
import { stackEnvironment } from "./stack-environment";

const help = `Fills a database with the synthetic dataset, or resumes filling it where it was stopped.

  npm run generate -- --stack dev

  --stack NAME          the stack's database and dataset, e.g. dev
  --database-url URL    another database, as the role that owns the chat tables; without --stack, the dataset of dev
  --messages N          rows in messages, instead of the stack's number
  --users N             rows in users
  --conversations N     rows in conversations
  --seed TEXT           another dataset of the same shape
  --shard I/N           load only partition I of N: N runs, on one machine or several, fill one database together
  --clear               empty the dataset's tables first
  --help                show this

Exit code: 0 the dataset, or this run's partition of it, is loaded; 1 it is not.
`;

/** What `npm run generate -- …` asks for. */
export interface GenerateRequest {
  ownerUrl: string;
  spec: DatasetSpec;
  /** The partition to load. Without it, the whole dataset is loaded. */
  partition?: Partition;
  /** Whether the tables are emptied first. */
  clear: boolean;
}

/**
 * Finds out which database to fill, and with what.
 *
 * @returns `help` when only the usage is asked for
 * @throws ExpectedError for an unknown option, a number that is none, a stack that is not up, no database at all
 */
export function parseGenerateArguments(args: string[], projectRoot: string): GenerateRequest | "help" {
  const options = parseOptions(args);
  if (options.help === true) return "help";
  const { stack, "database-url": url, seed } = options;
  if (stack === undefined && url === undefined) {
    throw new ExpectedError("No database to fill.", "Give `--stack dev` or `--database-url URL`.");
  }
  const ownerUrl = checkedDatabaseUrl(url ?? ownerUrlOf(projectRoot, stack!));
  const spec = { ...readStackFile(projectRoot, stack ?? "dev").dataset, ...(seed !== undefined && { seed }) };
  for (const key of ["messages", "users", "conversations"] as const) {
    const given = options[key];
    if (given !== undefined) spec[key] = wholeNumber(key, given);
  }
  const partition = options.shard === undefined ? {} : { partition: partitionOf(options.shard) };
  return { ownerUrl, spec, ...partition, clear: options.clear === true };
}

function ownerUrlOf(projectRoot: string, stack: string): string {
  const { MIGRATION_DATABASE_URL } = stackEnvironment(projectRoot, stack);
  if (MIGRATION_DATABASE_URL !== undefined) return MIGRATION_DATABASE_URL;
  throw new ExpectedError(
    `.secrets/.env.${stack} has no MIGRATION_DATABASE_URL.`,
    `Have the file written anew by \`pulumi up -s ${stack}\`, or give \`--database-url\`.`,
  );
}

function wholeNumber(key: string, given: string): number {
  const digits = given.replaceAll(/(?<=\d)[_,](?=\d)/g, "");
  if (/^\d+$/.test(digits)) return Number(digits);
  throw new ExpectedError(`--${key} must be a whole number, but is "${given}".`);
}

function partitionOf(given: string): Partition {
  const [number, of] = (/^(\d+)\/(\d+)$/.exec(given) ?? []).slice(1).map(Number);
  if (number !== undefined && of !== undefined && number >= 1 && number <= of) return { number, of };
  throw new ExpectedError(`--shard must be like 1/2, the first of two partitions, but is "${given}".`);
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        stack: { type: "string", short: "s" },
        "database-url": { type: "string" },
        messages: { type: "string" },
        users: { type: "string" },
        conversations: { type: "string" },
        seed: { type: "string" },
        shard: { type: "string" },
        clear: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new ExpectedError((error as Error).message, "See `npm run generate -- --help`.");
  }
}

async function generate(args: string[]): Promise<void> {
  const request = parseGenerateArguments(args, resolve(__dirname, ".."));
  if (request === "help") {
    print(help);
    return;
  }
  if (request.clear) await clearDataset(request.ownerUrl, print);
  const { ownerUrl, spec, partition } = request;
  const state = await loadPartition(ownerUrl, spec, print, partition ? { partition } : {});
  if (state === undefined) {
    print("✓ This partition is loaded. The run that ends last finishes the tables.");
    return;
  }
  const { counts, combinedFingerprint } = state;
  for (const [table, rows] of Object.entries(counts)) print(`${table}: ${rows.toLocaleString("en-US")} rows`);
  print(`✓ The dataset is complete, fingerprint ${combinedFingerprint}`);
}

if (require.main === module) {
  generate(process.argv.slice(2)).catch((error: unknown) => {
    console.error(describeError(error));
    process.exitCode = 1;
  });
}
