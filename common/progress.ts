import { formatBytes, formatCount, formatDuration, formatPercent } from "./format";

/** Where a task's messages go: complete lines, never partial ones. */
export type Log = (line: string) => void;

/** How often a running phase reports itself, milliseconds: often enough to be watched, rare enough for a CI log. */
export const REPORT_EVERY_MS = 5_000;

/** Follows one phase of long work and reports share done, rate and time left. */
export class Progress {
  readonly #started: number;
  #lastReport: number;
  #done = 0;
  #bytes = 0;

  /**
   * @param label what is being done, e.g. `messages`
   * @param total how many units the phase has
   * @param unit the units' name, e.g. `rows`
   * @param now a clock in milliseconds; tests give their own
   */
  constructor(
    readonly label: string,
    readonly total: number,
    readonly unit: string,
    readonly log: Log,
    readonly now: () => number = () => performance.now(),
  ) {
    this.#started = this.#lastReport = now();
  }

  /** Counts finished units (and the bytes sent for them), and reports when it is time. */
  advance(units: number, bytes = 0): void {
    this.#done += units;
    this.#bytes += bytes;
    this.report();
  }

  /** Reports when it is time. `underWay` are units that are begun, as far as they have come. */
  report(underWay = 0): void {
    if (this.now() - this.#lastReport < REPORT_EVERY_MS) return;
    this.#lastReport = this.now();
    this.log(this.#line(Math.min(this.#done + underWay, this.total)));
  }

  /** Reports the phase as done. Returns its length in seconds. */
  finish(): number {
    const seconds = (this.now() - this.#started) / 1000;
    this.log(
      `${this.label}: ${formatCount(this.#done)} ${this.unit} in ${seconds.toFixed(1)} s${this.#rates(this.#done, seconds)}`,
    );
    return seconds;
  }

  #line(done: number): string {
    const seconds = (this.now() - this.#started) / 1000;
    const share = this.total > 0 ? done / this.total : 1;
    const left = share > 0 ? (seconds * (1 - share)) / share : Infinity;
    const counted = `${formatCount(done)} of ${formatCount(this.total)} ${this.unit}`;
    const remaining = Number.isFinite(left) ? `, ${formatDuration(left)} left` : "";
    return `${this.label}: ${formatPercent(Math.floor(share * 100) / 100)} (${counted})${this.#rates(done, seconds)}${remaining}`;
  }

  #rates(done: number, seconds: number): string {
    // The rate of a few large things, such as indexes, says nothing.
    if (seconds < 0.1 || done / seconds < 10) return "";
    const rows = `, ${formatCount(done / seconds)} ${this.unit}/s`;
    return this.#bytes === 0 ? rows : `${rows}, ${formatBytes(this.#bytes / seconds)}/s`;
  }
}
