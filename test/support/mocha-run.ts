import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { RUN_VARIABLE } from "./test-run";

const root = resolve(__dirname, "../..");

/** A run of mocha with one file that a test has written. */
export class MochaRun {
  output = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;

  /**
   * @param folder the folder of the file and of the run's temporary files
   * @param text the text of the file, in which `support` is the folder test/support
   */
  constructor(folder: string, text: string, environment: NodeJS.ProcessEnv = {}) {
    const file = join(folder, "planted.test.ts");
    writeFileSync(file, `const support = ${JSON.stringify(__dirname)};\n${text}`);
    const own = {
      ...process.env,
      TMPDIR: folder,
      FORCE_COLOR: "0",
      CHAT_PERF_REQUIRE: "",
      CHAT_PERF_WITHHOLD: "",
      ...environment,
    };
    // It is a separate run and not a process of this run.
    for (const name of [RUN_VARIABLE, "MOCHA_WORKER_ID"]) Reflect.deleteProperty(own, name);
    const mocha = join(root, "node_modules/mocha/bin/mocha.js");
    this.#child = spawn(process.execPath, [mocha, file], {
      cwd: root,
      env: own,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (more: string) => {
        this.output += more;
      });
    }
    this.#ended = once(this.#child, "close").then(([code]) => code as number | null);
  }

  /** Waits until it has ended. Returns its exit code and its last line. */
  async end(): Promise<{ code: number | null; last: string }> {
    const code = await this.#ended;
    return { code, last: this.output.trimEnd().split("\n").at(-1) ?? "" };
  }

  /** Waits until it has printed a line with these words, and returns the rest of that line. */
  async says(words: string): Promise<string> {
    for (;;) {
      const found = this.output.split("\n").find((line) => line.startsWith(words));
      if (found !== undefined) return found.slice(words.length).trim();
      await Promise.race([once(this.#child.stdout!, "data"), this.#ended]);
      if (this.#child.exitCode !== null && !this.output.includes(words)) throw new Error(this.output);
    }
  }
}
