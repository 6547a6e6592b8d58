import { copyFileSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Takes the state before the last one, where a run was killed while it wrote the last one into a local backend: Pulumi
 * keeps a copy, `.bak`, but does not read it. What the run did after the copy is found again by the next one.
 *
 * @param backend the backend's URL, e.g. `file:///home/me/chat-perf/.pulumi/state`
 * @param project the project's name
 * @param stack the stack's name, e.g. `dev`
 * @returns whether that was necessary
 */
export function restoreState(backend: string | undefined, project: string, stack: string): boolean {
  if (backend?.startsWith("file://") !== true) return false;
  const file = join(fileURLToPath(backend), ".pulumi", "stacks", project, `${stack}.json`);
  if (contentOf(file) !== "broken" || contentOf(`${file}.bak`) !== "whole") return false;
  const copy = `${file}.restored`;
  copyFileSync(`${file}.bak`, copy);
  renameSync(copy, file);
  return true;
}

function contentOf(file: string): "whole" | "broken" | "none" {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return "whole";
  } catch (error) {
    return error instanceof SyntaxError ? "broken" : "none";
  }
}
