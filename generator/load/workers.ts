import { join } from "node:path";
import { bundle, runSubprocess } from "../../common/subprocess";
import type { Sent } from "./shard-loader";
import type { OpenLoad, WorkerJob } from "./worker";

/** The worker processes of one run. They make their plans when they are started, then wait for the load to be open. */
export class Workers {
  readonly #stopped = new AbortController();
  readonly #opened: Promise<OpenLoad>;
  #goAhead!: (load: OpenLoad) => void;
  #report: (sent: Sent) => void = () => undefined;
  #running: Promise<void> | undefined;

  constructor(readonly job: Omit<WorkerJob, "turn">) {
    this.#opened = new Promise((resolve) => {
      this.#goAhead = resolve;
    });
  }

  /** Starts `count` workers, unless workers are running already. Their errors are thrown by `load`. */
  start(count: number): void {
    this.#running ??= this.#run(count);
    this.#running.catch(() => undefined);
  }

  /**
   * Lets the workers load the shards, and returns when all shards are in the database. When one worker fails, the others
   * are stopped, and the first error is thrown.
   *
   * @param report called for each shard that a worker has committed
   */
  async load(load: OpenLoad, report: (sent: Sent) => void): Promise<void> {
    this.#report = report;
    this.#goAhead(load);
    await this.#running;
  }

  /** Stops the workers that are still running. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running?.catch(() => undefined);
  }

  async #run(count: number): Promise<void> {
    const program = await bundle(join(__dirname, "worker-process.ts"));
    const { signal } = this.#stopped;
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
      this.#stopped.abort();
      await Promise.allSettled(running);
      throw error;
    }
  }
}
