import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { parseGenerateArguments } from "../../cli/generate";
import type { DatasetSpec } from "../../generator/spec";
import { descendants } from "./processes";

const root = resolve(__dirname, "../..");

/** The outcome of a run. */
export interface Ending {
  /** The exit code, or null when a signal ended the run. */
  code: number | null;
  /** Standard output and standard error in their order. */
  output: string;
}

/** A run of `npm run generate -- …` in its own process, which can be killed. */
export class GenerateRun {
  readonly spec: DatasetSpec;
  readonly ending: Promise<Ending>;
  readonly #child: ChildProcess;

  constructor(ownerUrl: string, ...options: string[]) {
    const args = ["--database-url", ownerUrl, ...options];
    this.spec = parseGenerateArguments(args, root).spec;
    this.#child = spawn(
      process.execPath,
      ["--require", "./runtime/preload.cjs", "cli/generate.ts", ...args],
      {
        cwd: root,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    this.ending = once(this.#child, "close").then(([code]) => ({ code: code as number | null, output }));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The worker processes that are writing rows. */
  workers(): number[] {
    return descendants(this.pid)
      .filter(({ command }) => command.endsWith(" -"))
      .map(({ pid }) => pid);
  }
}
