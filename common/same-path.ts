import { statSync } from "node:fs";

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
