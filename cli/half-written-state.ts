import { accessSync, constants, copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../common/errors";
import { backendFolder, stateFile } from "../common/local-state";

/**
 * Makes the state in a local backend readable again that was cut off: by a run that was killed while it wrote it, or by
 * a disk that was full or lost its power. The latest whole copy takes its place: `.bak`, which Pulumi keeps but does not
 * read, else the latest of its backups and of its history. What the run did since is found again by the next one. A
 * half-written file of attributes, `.attrs`, has nothing that is needed, but Pulumi stops at it.
 *
 * @param backend the backend's URL, e.g. `file:///home/me/chat-perf/.pulumi/state`
 * @param project the project's name
 * @param stack the stack's name, e.g. `dev`
 * @returns whether that was necessary
 */
export function restoreState(backend: string | undefined, project: string, stack: string): boolean {
  const folder = backendFolder(backend);
  if (folder === undefined) return false;
  const file = stateFile(folder, project, stack);
  const attributes = [file, `${file}.bak`].map((each) => `${each}.attrs`).filter(isBroken);
  for (const each of attributes) rmSync(each);
  const whole = isBroken(file) ? wholeCopy(folder, project, stack) : undefined;
  if (whole === undefined) return attributes.length > 0;
  const copy = `${file}.restored`;
  copyFileSync(whole, copy);
  renameSync(copy, file);
  return true;
}

/**
 * Refuses to go on with a state that cannot be read, where there was no whole copy of it.
 *
 * @throws ExpectedError with the way to begin anew, or when the states are those of another user
 */
export function assertReadable(backend: string | undefined, project: string, stack: string): void {
  const folder = backendFolder(backend);
  if (folder === undefined) return;
  assertEntered(folder);
  const file = stateFile(folder, project, stack);
  if (!isBroken(file)) return;
  throw new ExpectedError(
    `The state of stack "${stack}" cannot be read, and there is no whole copy of it: ${file} was cut off.`,
    `Bring a copy back if you have one. To begin anew: \`mv '${file}' '${file}.broken'\`, then ` +
      `\`npm run down -- --stack ${stack}\`, which removes what the stack has left, then \`npm run up -- --stack ${stack}\`.`,
  );
}

/** @throws ExpectedError for a folder that this process may not enter */
function assertEntered(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") return;
    throw new ExpectedError(
      `The folder of the stacks' states ${folder} belongs to another user.`,
      "Run as the user who made it (root, if it was made by root), or make a clone of your own.",
    );
  }
}

/** The latest copy that can be read. The names of Pulumi's own copies hold the instant, in nanoseconds. */
function wholeCopy(folder: string, project: string, stack: string): string | undefined {
  const kept = ["backups", "history"]
    .map((kind) => join(folder, kind, project, stack))
    .flatMap((each) => namesIn(each).map((name) => join(each, name)))
    .filter((path) => /\d\.(?:checkpoint\.)?json$/.test(path))
    .sort((one, other) => instantOf(other).localeCompare(instantOf(one)));
  return [`${stateFile(folder, project, stack)}.bak`, ...kept].find((path) => contentOf(path) === "whole");
}

function instantOf(path: string): string {
  return (/(\d+)\.(?:checkpoint\.)?json$/.exec(path)?.[1] ?? "").padStart(20, "0");
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isBroken(file: string): boolean {
  return contentOf(file) === "broken";
}

function contentOf(file: string): "whole" | "broken" | "none" {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return "whole";
  } catch (error) {
    return error instanceof SyntaxError ? "broken" : "none";
  }
}
