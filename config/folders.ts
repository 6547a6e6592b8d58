import { accessSync, constants, existsSync, statSync } from "node:fs";
import { relative, isAbsolute } from "node:path";
import { nearestExisting } from "../common/nearest-existing";

/** The problem of a folder that is read, or undefined if it can be used. */
export function sourceFolderProblem(folder: string): string | undefined {
  if (!existsSync(folder)) return "is not an existing folder";
  if (!statSync(folder).isDirectory()) return "is a file, not a folder";
  return may(folder, constants.R_OK | constants.X_OK) ? undefined : "is a folder that you cannot read";
}

/**
 * The problem of a folder that the stack will create and later remove, or undefined if it can be used.
 *
 * @param projectRoot the project's folder, which must not be inside the folder
 */
export function dataFolderProblem(folder: string, projectRoot: string): string | undefined {
  const inside = relative(folder, projectRoot);
  if (!inside.startsWith("..") && !isAbsolute(inside))
    return "must not be or contain the project's own folder";
  const nearest = nearestExisting(folder);
  if (!statSync(nearest).isDirectory()) {
    return nearest === folder ? "is a file, not a folder" : `is below ${nearest}, which is a file`;
  }
  if (may(nearest, constants.W_OK | constants.X_OK)) return undefined;
  return nearest === folder
    ? "is a folder that you cannot write to"
    : `is below ${nearest}, which you cannot write to`;
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
