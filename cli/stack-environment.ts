import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../common/errors";
import { stackName } from "../common/stack-name";

/** One line of the file: `export NAME='value'`, where the shell writes a quote inside the value as `'\''`. */
const exportLine = /^\s*export ([A-Za-z_]\w*)='((?:[^']|'\\'')*)'\s*$/gm;

/**
 * The variables that `pulumi up` left for a stack in `.secrets/.env.<stack>`: `DATABASE_URL` and the others that
 * a shell gets by sourcing the file.
 *
 * @param projectRoot the project's folder
 * @param stack the stack's name, e.g. `dev`
 * @throws ExpectedError when the stack has no such file, which is so until it has been brought up
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

function read(file: string, shownAs: string, stack: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new ExpectedError(`Cannot read ${shownAs}: ${(error as Error).message}.`);
    }
    throw new ExpectedError(
      `Stack "${stack}" has no ${shownAs}.`,
      `Bring the stack up first: \`pulumi up -s ${stack}\`, or give \`--database-url\`.`,
    );
  }
}
