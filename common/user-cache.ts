import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** The user's cache folder of this project. A relative XDG_CACHE_HOME is ignored, as its specification says. */
export function userCache(): string {
  const { XDG_CACHE_HOME: named = "" } = process.env;
  return join(isAbsolute(named) ? named : join(homedir(), ".cache"), "chat-perf");
}
