import { join } from "node:path";
import { bundle, runSubprocess } from "../../runtime/subprocess";
import type { Sent } from "./part-loader";
import type { OpenLoad, WorkerJob } from "./worker";

/** The worker processes of one run. Once started they make their plans, and wait for the load to be open. */
export class Workers {
  readonly #stop = new AbortController();
  readonly #opened: Promise<OpenLoad>;
  #goAhead!: (load: OpenLoad) => void;
  #report: (sent: Sent) => void = () => undefined;
  #running: Promise<void> | undefined;

  constructor(readonly job: Omit<WorkerJob, "turn">) {
    this.#opened = new Promise((resolve) => {
      this.#goAhead = resolve;
    });
  }

  /** Starts so many, unless some are there. How they fare, `load` tells. */
  start(count: number): void {
    this.#running ??= this.#run(count);
    this.#running.catch(() => undefined);
  }

  /**
   * Has the load's parts written by those that were started; returns when all parts are in the database. When one
   * worker fails, the others are stopped, and the first error is thrown.
   *
   * @param report called with each part that a worker has committed
   */
  async load(load: OpenLoad, report: (sent: Sent) => void): Promise<void> {
    this.#report = report;
    this.#goAhead(load);
    await this.#running;
  }

  /** Ends those that are still there. */
  async dismiss(): Promise<void> {
    this.#stop.abort();
    await this.#running?.catch(() => undefined);
  }

  async #run(count: number): Promise<void> {
    const program = await bundle(join(__dirname, "worker-process.ts"));
    const { signal } = this.#stop;
    signal.throwIfAborted();
    const report = (sent: Sent): void => {
      this.#report(sent);
    };
    const running = Array.from({ length: count }, (_, number) => {
      const job: WorkerJob = { ...this.job, turn: { number, of: count } };
      return runSubprocess(program, job, report, { signal, goAhead: this.#opened });
    });
    try {
      await Promise.all(running);
    } catch (error) {
      this.#stop.abort();
      await Promise.allSettled(running);
      throw error;
    }
  }
}
