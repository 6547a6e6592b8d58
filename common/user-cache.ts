import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Per-user cache of this project; a relative XDG_CACHE_HOME counts as none, as its specification says. */
export function userCache(): string {
  const { XDG_CACHE_HOME: named = "" } = process.env;
  return join(isAbsolute(named) ? named : join(homedir(), ".cache"), "chat-perf");
}
