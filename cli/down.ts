import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { projectRoot } from "../offline/layout";
import { describeError, ExpectedError } from "../runtime/errors";
import { mendKilledRun } from "./killed-run";
import { pulumi } from "./pulumi";

/**
 * The stack that `npm run down -- --stack pr-123` names; there is none by default.
 *
 * @throws ExpectedError when no stack is named
 */
export function parseDownArguments(args: string[]): string {
  const { values } = parseArgs({ args, options: { stack: { type: "string", short: "s" } }, strict: false });
  if (typeof values.stack === "string" && values.stack !== "") return values.stack;
  throw new ExpectedError("No stack is named.", "Say which one is to go: `npm run down -- --stack pr-123`.");
}

/** Destroys a stack and forgets it, without questions: whoever wants to be asked uses plain `pulumi destroy`. */
async function down(stack: string): Promise<number> {
  await mendKilledRun(stack);
  const destroyed = await pulumi(["destroy", "--stack", stack, "--yes", "--skip-preview"]);
  if (destroyed !== 0) return destroyed;
  const forgotten = await pulumi(["stack", "rm", stack, "--yes", "--preserve-config"]);
  if (forgotten === 0) removeEmptyStackFile(join(projectRoot, `Pulumi.${stack.split("/").at(-1)!}.yaml`));
  return forgotten;
}

/** A stack's file without configuration was written by the CLI, for its salt; one with configuration is somebody's. */
function removeEmptyStackFile(file: string): void {
  if (!existsSync(file)) return;
  const content = parse(readFileSync(file, "utf8")) as { config?: unknown } | null;
  if (content?.config === undefined) rmSync(file);
}

if (require.main === module) {
  Promise.resolve()
    .then(() => down(parseDownArguments(process.argv.slice(2))))
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error: unknown) => {
        console.error(describeError(error));
        process.exitCode = 1;
      },
    );
}
