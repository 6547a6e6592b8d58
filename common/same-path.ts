import { realpathSync } from "node:fs";

/** Whether two paths name the same file or folder, also by links. Paths that do not exist are the same only if equal. */
export function isSamePath(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}
