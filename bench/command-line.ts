import { parseArgs } from "node:util";
import { ExpectedError } from "../common/errors";
import { studyNames, type StudyName, usualStudies } from "./ours/studies";
import { peers } from "./peers";
import type { Peer } from "./peers/peer";

const peerNames = peers.map(({ name }) => name);

export const help = `Measures the generator side by side with other ways of filling the same tables, on a server of its own.

  npm run bench

  --only NAMES      only these, separated by commas; see below
  --messages N      rows in messages. Default: the dev band's, which a full run needs
  --output FILE     write the JSON there. Default: one in bench/results/, by date and cores
  --markdown FILE   print a result's tables as Markdown, and measure nothing
  --help            show this

Peers: ${peerNames.join(", ")}.
Of our own parts alone: ${studyNames.join(", ")}.

Without --only all but phase2, up-staging and up-perf, each of which takes longer than the rest together.

A full run takes some 15 minutes on 2 quiet cores, and up to 35 GB below TMPDIR, removed at its end. Only a full run
becomes bench/results/latest.json, where the README's figures come from.
`;

/** The request of `npm run bench -- …`. */
export interface BenchRequest {
  peers: readonly Peer[];
  studies: readonly StudyName[];
  /** The number of messages, instead of that of the dev band. */
  messages?: number;
  output?: string;
}

/**
 * Parses the arguments of the command.
 *
 * @returns `help` when only the usage is requested, or the file when only its tables are
 * @throws ExpectedError for an unknown option or peer, or an invalid number
 */
export function parseBenchArguments(args: string[]): BenchRequest | { markdown: string } | "help" {
  const { only, messages, output, markdown, help } = parseOptions(args);
  if (help === true) return "help";
  if (markdown !== undefined) return { markdown };
  const names = only?.split(",").map((name) => name.trim());
  const unknown = names?.filter((name) => ![...peerNames, ...studyNames].some((known) => known === name));
  if (unknown !== undefined && unknown.length > 0) {
    throw new ExpectedError(
      `--only names what the bench does not have: ${unknown.map((name) => `"${name}"`).join(", ")}.`,
      `There are ${[...peerNames, ...studyNames].join(", ")}.`,
    );
  }
  return {
    peers: peers.filter(({ name }) => names?.includes(name) ?? true),
    studies: names ? studyNames.filter((name) => names.includes(name)) : usualStudies,
    ...(messages !== undefined && { messages: wholeNumber(messages) }),
    ...(output !== undefined && { output }),
  };
}

function wholeNumber(given: string): number {
  const digits = given.replaceAll(/(?<=\d)[_,](?=\d)/g, "");
  if (/^\d+$/.test(digits)) return Number(digits);
  throw new ExpectedError(`--messages must be a whole number, but is "${given}".`);
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: "string" },
        messages: { type: "string" },
        output: { type: "string", short: "o" },
        markdown: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new ExpectedError((error as Error).message, "See `npm run bench -- --help`.");
  }
}
