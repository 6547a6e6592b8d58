import { accessSync, constants, existsSync, statSync } from "node:fs";
import { relative, isAbsolute } from "node:path";
import { nearestExisting } from "../common/nearest-existing";

/** What is wrong with a folder to read from, if anything. */
export function sourceFolderProblem(folder: string): string | undefined {
  if (!existsSync(folder)) return "is no folder that exists";
  if (!statSync(folder).isDirectory()) return "is a file, not a folder";
  return may(folder, constants.R_OK | constants.X_OK) ? undefined : "is a folder that you may not read";
}

/**
 * What is wrong with a folder that is to be made, filled and one day removed, if anything.
 *
 * @param projectRoot must not lie within the folder
 */
export function dataFolderProblem(folder: string, projectRoot: string): string | undefined {
  const inside = relative(folder, projectRoot);
  if (!inside.startsWith("..") && !isAbsolute(inside))
    return "must not be or contain the project's own folder";
  const nearest = nearestExisting(folder);
  if (!statSync(nearest).isDirectory()) {
    return nearest === folder ? "is a file, not a folder" : `lies below ${nearest}, which is a file`;
  }
  if (may(nearest, constants.W_OK | constants.X_OK)) return undefined;
  return nearest === folder
    ? "is a folder that you may not write"
    : `lies below ${nearest}, which you may not write`;
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
