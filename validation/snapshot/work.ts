import { Progress, type Log } from "../../common/progress";

/** How often the progress is looked at, milliseconds. It is reported less often. */
const LOOK_MS = 500;
/** The share of a running statement that may count as done, because only its end proves that it is complete. */
const MOST_UNDER_WAY = 0.95;

/** A statement that is running. */
interface Running {
  rows: number;
  started: number;
}

/**
 * Follows the statements that read many rows, and reports the progress of all of them together.
 *
 * A server does not tell how far a query is. So a statement that is running counts as far as its rows would have come at
 * the speed of those that are complete. Most statements read only a part of a table, and are complete soon.
 */
export class Work {
  #progress: Progress | undefined;
  readonly #running = new Set<Running>();
  #seconds = 0;
  #done = 0;

  /**
   * Reports the progress while `work` runs.
   *
   * @param rows the number of rows that all statements will read
   */
  async reported<T>(rows: number, log: Log, work: () => Promise<T>): Promise<T> {
    const progress = new Progress("checks and findings", Math.round(rows), "rows", log);
    this.#progress = progress;
    const timer = setInterval(() => {
      progress.report(this.#underWay());
    }, LOOK_MS);
    try {
      return await work();
    } finally {
      this.#progress = undefined;
      clearInterval(timer);
    }
  }

  /** Reports that all rows are read, if any progress was reported. */
  complete(): void {
    if (this.#progress?.isReported) this.#progress.finish();
    this.#progress = undefined;
  }

  /** Runs a statement that reads so many rows. */
  async during<T>(rows: number, statement: () => Promise<T>): Promise<T> {
    if (rows === 0) return statement();
    const running = { rows, started: performance.now() };
    this.#running.add(running);
    try {
      const result = await statement();
      this.#seconds += (performance.now() - running.started) / 1000;
      this.#done += rows;
      this.#progress?.advance(rows);
      return result;
    } finally {
      this.#running.delete(running);
    }
  }

  #underWay(): number {
    const rate = this.#seconds > 0 ? this.#done / this.#seconds : 0;
    return [...this.#running].reduce((sum, { rows, started }) => {
      const read = (rate * (performance.now() - started)) / 1000;
      return sum + Math.min(read, MOST_UNDER_WAY * rows);
    }, 0);
  }
}
