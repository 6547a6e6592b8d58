import { accessSync, constants, copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../common/errors";
import { backendFolder, stateFile } from "../common/local-state";

/**
 * Repairs a truncated state in a local backend. A killed run, a full disk or a power failure can leave one. It is
 * replaced by the latest complete copy: `.bak`, which Pulumi writes but does not read, or else the latest backup or
 * history entry. The next run finds again what happened since. A truncated `.attrs` file is removed, because Pulumi
 * fails on it and does not need its content.
 *
 * @param backend the URL of the backend, e.g. `file:///home/me/chat-perf/.pulumi/state`
 * @param project the name of the project
 * @param stack the name of the stack, e.g. `dev`
 * @returns whether a repair was necessary
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
 * Refuses to continue with a state that cannot be read and has no complete copy.
 *
 * @throws ExpectedError with the way to start again
 */
export function assertReadable(backend: string | undefined, project: string, stack: string): void {
  const folder = backendFolder(backend);
  if (folder === undefined) return;
  assertEntered(folder);
  const file = stateFile(folder, project, stack);
  if (!isBroken(file)) return;
  throw new ExpectedError(
    `The state of stack "${stack}" cannot be read, and there is no complete copy of it: ${file} is truncated.`,
    `Restore a copy if you have one. To start again without the state, run \`mv '${file}' '${file}.broken'\`, then ` +
      `\`npm run down -- --stack ${stack}\`, which removes the rest of the stack, then \`npm run up -- --stack ${stack}\`.`,
  );
}

/** @throws ExpectedError for a folder that this process may not enter */
function assertEntered(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") return;
    throw new ExpectedError(
      `The folder ${folder}, which holds the states of the stacks, belongs to another user.`,
      "Run as the user who made it (root, if it was made by root), or make a clone of your own.",
    );
  }
}

/** The latest readable copy. The names of Pulumi's copies contain the time in nanoseconds. */
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
