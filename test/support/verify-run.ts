import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { Ending } from "./generate-run";

const root = resolve(__dirname, "../..");

/** A run of `npm run verify-indexes -- …` in its own process, which can be killed. */
export class VerifyRun {
  readonly ending: Promise<Ending>;
  readonly #child: ChildProcess;

  constructor(ownerUrl: string, ...options: string[]) {
    this.#child = spawn(
      process.execPath,
      ["--require", "./runtime/preload.cjs", "cli/verify-indexes.ts", ...options],
      {
        cwd: root,
        // Other users can read process arguments, so the environment is used.
        env: { ...process.env, MIGRATION_DATABASE_URL: ownerUrl },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    this.ending = once(this.#child, "close").then(([code]) => ({ code: code as number | null, output }));
  }

  /** Kills the process as `kill -9` does. It does nothing if the process has ended. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
