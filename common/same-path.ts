import { lstatSync, statSync } from "node:fs";

/**
 * Whether two paths name the same file or folder, also through links and mounts. Paths that do not exist are the same
 * only if equal.
 */
export function isSamePath(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    const [first, second] = [one, other].map((path) => statSync(path, { bigint: true }));
    return first!.dev === second!.dev && first!.ino === second!.ino;
  } catch {
    return false;
  }
}

/**
 * The inode and the birth time of a file or folder. A move keeps them, and a copy changes them. A new file can reuse the
 * inode of a deleted one, so the birth time is part of it. Undefined when there is nothing.
 */
export function birthOf(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found && `${found.ino} ${found.birthtime.toISOString()}`;
}
