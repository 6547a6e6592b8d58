import { readFileSync } from "node:fs";
import { ExpectedError } from "../common/errors";
import { writeWhole } from "../common/write-file";
import { distances, isFar } from "../profile/distances";
import { distanceLines, profileLines } from "../profile/formats/console";
import { profileOf } from "../profile/lines";
import type { Profile } from "../profile/profile";
import { readProfile, writeProfile } from "../profile/profile-file";
import { profileScript } from "../profile/script";
import { takeProfile } from "../profile/take";
import { projectRoot } from "../toolchain/layout";
import { databaseToRead } from "./database-to-read";
import { checkedDatabaseUrl } from "./database-url";
import type { Command, Syntax } from "./front/command";
import { parseLine } from "./front/parse";
import { runIfMain } from "./front/run";
import { stackOption } from "./front/values";
import { print } from "./plain-text";

const syntax = {
  name: "profile",
  summary:
    "Measures what a chat database is like, in aggregates that can leave it, and compares two databases.",
  examples: ["--database-url URL --output production.json", "--stack dev --against production.json"],
  options: {
    stack: { ...stackOption, description: "the stack's database, e.g. dev" },
    "database-url": { value: "URL", description: "another database, or its replica; SELECT is enough" },
    "print-sql": { description: "print the script that psql runs instead, where you have no access" },
    from: { value: "FILE", description: "make the profile of that script's output" },
    output: { value: "FILE", short: "o", description: "write the profile as JSON, or that script" },
    against: { value: "FILE", description: "compare it with another profile, marginal by marginal" },
  },
  notes: [
    "A profile contains no id, no text and no name. Each figure has at least 15 users and 15 rooms behind it.",
    "Without --stack and --database-url, the environment's DATABASE_URL is used.",
  ],
  exitCodes: "0 done, and equal to --against; 1 different from it; 3 the profile could not be made",
} as const satisfies Syntax;

/** The exit code when there is no profile. */
const COULD_NOT_RUN = 3;

/** Where the profile comes from, and what is done with it. */
export type ProfileRequest =
  | { script: true; output?: string }
  | { source: { url: string } | { file: string }; output?: string; against?: string };

/**
 * Parses the command line of `npm run profile`.
 *
 * @throws ExpectedError for an unknown option, or when no database is given
 */
export function parseProfileArguments(
  args: string[],
  project: string,
  environment: NodeJS.ProcessEnv,
): ProfileRequest {
  const { values: options } = parseLine(syntax, args);
  const { output, against, from } = options;
  if (options["print-sql"] === true) return { script: true, ...(output && { output }) };
  const rest = { ...(output && { output }), ...(against && { against }) };
  if (from !== undefined) return { source: { file: from }, ...rest };
  const { url } = databaseToRead(options, project, environment);
  if (url === undefined) {
    throw new ExpectedError(
      "The command line names no database to measure.",
      "Add `--stack dev` or `--database-url URL`, or set DATABASE_URL.",
    );
  }
  return { source: { url: checkedDatabaseUrl(url) }, ...rest };
}

async function profile(request: ProfileRequest): Promise<number> {
  if ("script" in request) {
    if (request.output === undefined) process.stdout.write(profileScript());
    else {
      writeWhole(request.output, profileScript());
      print(`✓ Script written to: ${request.output}`);
    }
    return 0;
  }
  // The other profile is read first, so that its mistakes are known before the work.
  const other = request.against === undefined ? undefined : readProfile(request.against);
  const made = await profileFrom(request.source);
  for (const line of profileLines(made)) print(line);
  if (request.output !== undefined) {
    writeProfile(request.output, made);
    print(`✓ Profile written to: ${request.output}`);
  }
  if (other === undefined) return 0;
  const measured = distances(made, other);
  for (const line of ["", ...distanceLines(measured)]) print(line);
  return measured.some(isFar) ? 1 : 0;
}

function profileFrom(source: { url: string } | { file: string }): Promise<Profile> | Profile {
  if ("url" in source) return takeProfile(source.url, print);
  try {
    return profileOf(readFileSync(source.file, "utf8").split("\n"), source.file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new ExpectedError(
      `The file ${source.file} cannot be read: ${error.message}.`,
      "Name the file that has the output of `npm run profile -- --print-sql`, run by psql.",
    );
  }
}

export const command: Command<ProfileRequest> = {
  ...syntax,
  failure: COULD_NOT_RUN,
  parse: (args) => parseProfileArguments(args, projectRoot, process.env),
  run: profile,
};

runIfMain(module, command);
