import { copyFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Makes the state readable again where a run was killed while it wrote it into a local backend. Of a half-written state
 * the copy before it is taken, `.bak`, which Pulumi keeps but does not read: what the run did since is found again by
 * the next one. A half-written file of attributes, `.attrs`, has nothing that is needed, but Pulumi stops at it.
 *
 * @param backend the backend's URL, e.g. `file:///home/me/chat-perf/.pulumi/state`
 * @param project the project's name
 * @param stack the stack's name, e.g. `dev`
 * @returns whether that was necessary
 */
export function restoreState(backend: string | undefined, project: string, stack: string): boolean {
  if (backend?.startsWith("file://") !== true) return false;
  const file = join(fileURLToPath(backend), ".pulumi", "stacks", project, `${stack}.json`);
  const attributes = [file, `${file}.bak`].map((each) => `${each}.attrs`).filter(isBroken);
  for (const each of attributes) rmSync(each);
  if (!isBroken(file) || contentOf(`${file}.bak`) !== "whole") return attributes.length > 0;
  const copy = `${file}.restored`;
  copyFileSync(`${file}.bak`, copy);
  renameSync(copy, file);
  return true;
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
