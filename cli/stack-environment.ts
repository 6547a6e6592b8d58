import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExpectedError } from "../common/errors";
import { closest } from "../common/spelling";
import { stackName } from "../common/stack-name";

/** Matches one line of the file: `export NAME='value'`. A quote inside the value is written as `'\''`. */
const exportLine = /^\s*export ([A-Za-z_]\w*)='((?:[^']|'\\'')*)'\s*$/gm;

/**
 * Reads the variables that `pulumi up` has written for a stack into `.secrets/.env.<stack>`, such as `DATABASE_URL`.
 *
 * @param projectRoot the folder of the project
 * @param stack the name of the stack, e.g. `dev`
 * @throws ExpectedError when the stack has no such file, because it was not created yet
 */
export function stackEnvironment(projectRoot: string, stack: string): Record<string, string> {
  const name = stackName(stack);
  const path = join(".secrets", `.env.${name}`);
  const variables: Record<string, string> = {};
  for (const [, name, value] of read(join(projectRoot, path), path, stack).matchAll(exportLine)) {
    variables[name!] = value!.replaceAll(String.raw`'\''`, "'");
  }
  return variables;
}

/** The variables of a stack that was created, or undefined. */
export function accessFileOf(projectRoot: string, stack: string): { DATABASE_URL: string } | undefined {
  if (!existsSync(join(projectRoot, ".secrets", `.env.${stack}`))) return undefined;
  const { DATABASE_URL } = stackEnvironment(projectRoot, stack);
  return DATABASE_URL === undefined ? undefined : { DATABASE_URL };
}

/** The stacks of this clone that have access files. */
function stacksIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => /^\.env\.(.+)$/.exec(name)?.[1] ?? []);
}

function read(file: string, shownAs: string, stack: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new ExpectedError(
        `Cannot read ${shownAs}: ${(error as Error).message}.`,
        "Run this as the user who created the stack.",
      );
    }
    const meant = closest(stack, stacksIn(dirname(file)));
    const hint = meant === undefined ? "" : `Did you mean --stack ${meant}? Otherwise: `;
    throw new ExpectedError(
      `Stack "${stack}" has no ${shownAs}.`,
      `${hint}Create the stack first with \`npm run up -- --stack ${stack}\`, or add \`--database-url URL\`.`,
    );
  }
}
