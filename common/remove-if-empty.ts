import { lstatSync, readdirSync, rmdirSync } from "node:fs";

/** Removes a folder that is empty. A link to a folder is left, because a person made it. */
export function removeIfEmpty(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true && readdirSync(folder).length === 0) rmdirSync(folder);
}
