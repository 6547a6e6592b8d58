import { writeFileSync } from "node:fs";
import { previewMarkdown } from "../preview/markdown";
import { previewStack } from "../preview/run";
import { stackName } from "../common/stack-name";
import type { Command, Syntax } from "./front/command";
import { parseLine } from "./front/parse";
import { runIfMain } from "./front/run";
import { stackOption } from "./front/values";

/** The first line of the text. It identifies the comment in a pull request. */
const MARKER = "<!-- chat-perf preview -->\n";

/** The largest length of the text. A comment on GitHub can have 65,536 characters. */
const LIMIT = 60_000;

const syntax = {
  name: "preview",
  summary:
    "Shows what an update of a stack would change, the worst first, with its forecast and cost, as Markdown. " +
    "The policies are checked. Nothing is changed.",
  examples: ["", "--stack dev --stack perf --output preview.md"],
  options: {
    stack: {
      ...stackOption,
      multiple: true,
      description: "the stack to preview; may be given several times; default: dev",
    },
    output: { value: "FILE", short: "o", description: "also write the text to a file" },
  },
  exitCodes: "0 every stack may be updated; 1 one may not, or a preview has failed",
} as const satisfies Syntax;

/** The parsed command line of `npm run preview`. */
export interface PreviewRequest {
  /**
   * The stacks to preview, in this order.
   *
   * @default `dev`
   */
  stacks: string[];
  /** The file to which the text is also written. */
  output: string | undefined;
}

/**
 * Parses the command line.
 *
 * @throws ExpectedError for an unknown option
 */
export function parsePreviewArguments(args: string[]): PreviewRequest {
  const { stack: stacks = ["dev"], output } = parseLine(syntax, args).values;
  stacks.forEach(stackName);
  return { stacks, output };
}

/** Prints what an update of each stack would change, as Markdown. Returns whether all of them may be updated. */
async function preview({ stacks, output }: PreviewRequest): Promise<number> {
  let text = MARKER;
  let good = true;
  for (const stack of stacks) {
    console.error(`Previewing ${stack}...`);
    const { preview, violations, isNew } = await previewStack(stack);
    if (isNew) console.error(`The backend has no stack "${stack}". It is previewed as a new one.`);
    good &&= preview.errors.length === 0 && violations.length === 0;
    text += `\n${previewMarkdown(stack, preview, violations, Math.floor(LIMIT / stacks.length) - MARKER.length)}`;
  }
  process.stdout.write(text);
  if (output !== undefined) writeFileSync(output, text);
  return good ? 0 : 1;
}

export const command: Command<PreviewRequest> = {
  ...syntax,
  toolchain: true,
  parse: parsePreviewArguments,
  run: preview,
};

runIfMain(module, command);
