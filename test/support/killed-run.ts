import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { descendants, ended } from "./processes";
import type { TestProject } from "./project";

/** Matches a line of Pulumi's output about an operation on a resource. */
const STEP = / (creating|created|deleting|deleted|updating|updated)\b/;

/** Matches the processes of a server that is being started. A server outlives the run that starts it. */
const SERVER = /\/bin\/(?:pg_ctl|postgres)\b|^postgres: /;

/** A run of `pulumi` that is observed from outside. */
export class Run {
  /** The number of operations that have begun or ended so far. */
  steps = 0;
  readonly #child: ChildProcess;
  readonly #waiting: { steps: number; reached: () => void }[] = [];

  constructor(project: TestProject, ...args: string[]) {
    this.#child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: project.folder,
      env: project.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#count(text.split("\n").filter((line) => STEP.test(line)).length);
      });
    }
  }

  /** Waits until the run has made this many steps, or has ended. */
  async reach(steps: number): Promise<void> {
    const reached = new Promise<void>((resolve) => this.#waiting.push({ steps, reached: resolve }));
    await Promise.race([reached, this.end()]);
  }

  /** Kills the engine. All processes that it started then end by themselves, except a server. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const below = descendants(this.#child.pid!);
    const engine = below.find(({ command }) => /\bpulumi (up|destroy) /.test(command))?.pid;
    process.kill(engine ?? this.#child.pid!, "SIGKILL");
    const ending = below.filter(({ command }) => !SERVER.test(command));
    await ended([this.#child.pid!, ...ending.map(({ pid }) => pid)]);
  }

  /** Waits until the run has ended, with or without success. */
  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }

  #count(more: number): void {
    this.steps += more;
    for (const { steps, reached } of this.#waiting) if (this.steps >= steps) reached();
  }
}
