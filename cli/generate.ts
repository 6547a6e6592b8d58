import { readStackFile } from "../config";
import { clearDataset, loadPartition, type Partition } from "../generator/load";
import type { DatasetSpec } from "../generator/spec";
import { ExpectedError } from "../common/errors";
import { applyMigrations, readMigrations } from "../postgres/migrations";
import { projectRoot } from "../toolchain/layout";
import { checkedDatabaseUrl } from "./database-url";
import type { Command, Syntax } from "./front/command";
import { parseLine } from "./front/parse";
import { runIfMain } from "./front/run";
import { stackOption, wholeNumber } from "./front/values";
import { print } from "./plain-text";
import { stackEnvironment } from "./stack-environment";
import { formatCount } from "../common/format";

const syntax = {
  name: "generate",
  summary: "Fills a database with the synthetic dataset, or resumes filling it where it was stopped.",
  examples: ["--stack dev"],
  options: {
    stack: { ...stackOption, description: "the stack's database and dataset, e.g. dev" },
    "database-url": {
      value: "URL",
      description:
        "another database, as the role that owns the chat tables; without --stack, the dataset of dev",
    },
    messages: { value: "N", description: "rows in messages, instead of the stack's number" },
    users: { value: "N", description: "rows in users" },
    conversations: { value: "N", description: "rows in conversations" },
    seed: { value: "TEXT", description: "another dataset of the same shape" },
    columns: {
      value: "TEXT",
      description:
        "values of additional columns, e.g. 'messages.tenantId = acme; users.plan = free' (docs/dataset.md)",
    },
    shard: {
      value: "I/N",
      description:
        "load only partition I of N: N runs, on one machine or several, fill one database together",
    },
    migrate: {
      description: "first apply the migrations of the chat schema, as `prisma migrate deploy` does",
    },
    clear: { description: "empty the dataset's tables first" },
  },
  exitCodes: "0 the dataset, or this run's partition of it, is loaded; 1 it is not",
} as const satisfies Syntax;

/** The parsed command line of `npm run generate`. */
export interface GenerateRequest {
  ownerUrl: string;
  spec: DatasetSpec;
  /** The partition to load. Without it, the whole dataset is loaded. */
  partition?: Partition;
  /** Whether the tables are emptied first. */
  clear: boolean;
  /** The folder of the migrations to apply first. */
  migrationsDir?: string;
}

/**
 * Determines the database to load and the dataset.
 *
 * @throws ExpectedError for an unknown option, an invalid number, a stack without a database, or when no database is
 *   given
 */
export function parseGenerateArguments(args: string[], projectRoot: string): GenerateRequest {
  const options = parseLine(syntax, args).values;
  const { stack, "database-url": url, seed, columns } = options;
  if (stack === undefined && url === undefined) {
    throw new ExpectedError(
      "The command line names no database to load.",
      "Add `--stack dev` or `--database-url URL`.",
    );
  }
  const ownerUrl = checkedDatabaseUrl(url ?? ownerUrlOf(projectRoot, stack!));
  const band = readStackFile(projectRoot, stack ?? "dev");
  const spec = {
    ...band.dataset,
    ...(seed !== undefined && { seed }),
    ...(columns !== undefined && { columns }),
  };
  for (const key of ["messages", "users", "conversations"] as const) {
    const given = options[key];
    if (given !== undefined) spec[key] = wholeNumber(key, given);
  }
  const partition = options.shard === undefined ? {} : { partition: partitionOf(options.shard) };
  const migrations = options.migrate === true ? { migrationsDir: band.migrationsDir } : {};
  return { ownerUrl, spec, ...partition, ...migrations, clear: options.clear === true };
}

function ownerUrlOf(projectRoot: string, stack: string): string {
  const { MIGRATION_DATABASE_URL } = stackEnvironment(projectRoot, stack);
  if (MIGRATION_DATABASE_URL !== undefined) return MIGRATION_DATABASE_URL;
  throw new ExpectedError(
    `.secrets/.env.${stack} has no MIGRATION_DATABASE_URL.`,
    `Run \`pulumi up -s ${stack}\`, which writes the file again, or add \`--database-url URL\`.`,
  );
}

function partitionOf(given: string): Partition {
  const [number, of] = (/^(\d+)\/(\d+)$/.exec(given) ?? []).slice(1).map(Number);
  if (number !== undefined && of !== undefined && number >= 1 && number <= of) return { number, of };
  throw new ExpectedError(
    `--shard must name a partition, but it is "${given}".`,
    "Write e.g. `--shard 1/2` for the first of two partitions.",
  );
}

async function generate(request: GenerateRequest): Promise<undefined> {
  const { ownerUrl, spec, partition, clear, migrationsDir } = request;
  if (migrationsDir !== undefined) await applyMigrations(ownerUrl, readMigrations(migrationsDir), {}, print);
  if (clear) await clearDataset(ownerUrl, print);
  const state = await loadPartition(ownerUrl, spec, print, partition ? { partition } : {});
  if (state === undefined) {
    print("✓ This partition is loaded. The last run to end will build keys and indexes.");
    return;
  }
  const { counts, combinedFingerprint } = state;
  for (const [table, rows] of Object.entries(counts)) print(`${table}: ${formatCount(rows)} rows`);
  print(`✓ The dataset is complete, fingerprint ${combinedFingerprint}`);
}

export const command: Command<GenerateRequest> = {
  ...syntax,
  parse: (args) => parseGenerateArguments(args, projectRoot),
  run: generate,
};

runIfMain(module, command);
