import type { Syntax } from "../cli/front/command";
import { parseLine } from "../cli/front/parse";
import { wholeNumber } from "../cli/front/values";
import { ExpectedError } from "../common/errors";
import { studyNames, type StudyName, usualStudies } from "./ours/studies";
import { peers } from "./peers";
import type { Peer } from "./peers/peer";

const peerNames = peers.map(({ name }) => name);

export const syntax = {
  name: "bench",
  summary:
    "Measures the generator side by side with other ways of filling the same tables, on a server of its own.",
  examples: ["", "--only ours,prisma --messages 200000"],
  options: {
    only: { value: "NAMES", description: "only these, separated by commas; see below" },
    messages: {
      value: "N",
      description: "rows in messages; default: the dev band's, which a full run needs",
    },
    output: {
      value: "FILE",
      short: "o",
      description: "write the JSON there; default: a file in bench/results/, by date and cores",
    },
    markdown: { value: "FILE", description: "print a result's tables as Markdown, and measure nothing" },
  },
  notes: [
    `Peers: ${peerNames.join(", ")}.`,
    `Of our own parts alone: ${studyNames.join(", ")}.`,
    "Without --only all but phase2, up-staging and up-perf, each of which takes longer than the rest together.",
    "A full run takes some 15 minutes on 2 quiet cores, and up to 35 GB below TMPDIR, removed at its end. " +
      "Only a full run becomes bench/results/latest.json, where the README's figures come from.",
  ],
  exitCodes: "0 the results are written; 1 they are not; 130 the run was interrupted",
} as const satisfies Syntax;

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
 * @returns the file when only its tables are requested
 * @throws ExpectedError for an unknown option or peer, or an invalid number
 */
export function parseBenchArguments(args: string[]): BenchRequest | { markdown: string } {
  const { only, messages, output, markdown } = parseLine(syntax, args).values;
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
    ...(messages !== undefined && { messages: wholeNumber("messages", messages) }),
    ...(output !== undefined && { output }),
  };
}
