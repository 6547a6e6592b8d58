import { readdirSync, readFileSync } from "node:fs";

const SAMPLING_MS = 50;

/** Collects the command lines of all processes until the returned function is called. */
export function watchCommandLines(seen: Set<string>): () => void {
  const timer = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // The process has ended meanwhile.
      }
    }
  }, SAMPLING_MS);
  return () => {
    clearInterval(timer);
  };
}
