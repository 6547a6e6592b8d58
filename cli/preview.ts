import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { previewMarkdown } from "../preview/markdown";
import { previewStack } from "../preview/run";
import { describeError, ExpectedError } from "../common/errors";

/** The first line: by it a pull request's comment is found again. */
const MARKER = "<!-- chat-perf preview -->\n";

/** A comment on GitHub holds 65,536 characters. */
const LIMIT = 60_000;

/** What `npm run preview -- …` asks for. */
export interface PreviewRequest {
  /** Stacks to preview, in this order. Default: `dev`. */
  stacks: string[];
  /** File for the text as well. */
  output: string | undefined;
}

/**
 * Reads the command line.
 *
 * @throws ExpectedError for one that cannot be understood
 */
export function parsePreviewArguments(args: string[]): PreviewRequest {
  try {
    const { values } = parseArgs({
      args,
      options: { stack: { type: "string", short: "s", multiple: true }, output: { type: "string" } },
    });
    return { stacks: values.stack ?? ["dev"], output: values.output };
  } catch (error) {
    throw new ExpectedError(
      (error as Error).message,
      "Write `npm run preview -- --stack dev --stack perf --output preview.md`; both options may be left out.",
    );
  }
}

/** Prints what an update of each stack would change, as a pull request shows it. Returns whether all may be updated. */
async function preview({ stacks, output }: PreviewRequest): Promise<boolean> {
  let text = MARKER;
  let good = true;
  for (const stack of stacks) {
    console.error(`Previewing ${stack}...`);
    const { preview, violations } = await previewStack(stack);
    good &&= preview.errors.length === 0 && violations.length === 0;
    text += `\n${previewMarkdown(stack, preview, violations, Math.floor(LIMIT / stacks.length) - MARKER.length)}`;
  }
  process.stdout.write(text);
  if (output !== undefined) writeFileSync(output, text);
  return good;
}

if (require.main === module) {
  Promise.resolve()
    .then(() => preview(parsePreviewArguments(process.argv.slice(2))))
    .then(
      (good) => {
        process.exitCode = good ? 0 : 1;
      },
      (error: unknown) => {
        console.error(describeError(error));
        process.exitCode = 1;
      },
    );
}
