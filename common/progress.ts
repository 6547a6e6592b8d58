import { formatBytes, formatCount, formatDuration, formatPercent } from "./format";

/** A function that receives the messages of a task. Each message is a complete line. */
export type Log = (line: string) => void;

/**
 * How often a running phase reports its progress, in milliseconds. It is often enough for a person who watches, and
 * rarely enough for a CI log.
 */
export const REPORT_EVERY_MS = 5_000;

/** Follows one phase of a long task, and reports the finished share, the rate and the remaining time. */
export class Progress {
  readonly #started: number;
  #lastReport: number;
  #done = 0;
  /** The most units that a line has reported as finished. */
  #reported: number | undefined;
  #bytes = 0;

  /**
   * @param label the name of the phase, e.g. `messages`
   * @param total the number of units in the phase
   * @param unit the name of the units, e.g. `rows`
   * @param now a clock in milliseconds, which tests replace
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

  /** Counts finished units, and the bytes that were sent for them, and reports when it is time. */
  advance(units: number, bytes = 0): void {
    this.#done += units;
    this.#bytes += bytes;
    this.report();
  }

  /**
   * Reports when it is time.
   *
   * @param underWay the finished part of units that are not complete yet
   */
  report(underWay = 0): void {
    if (this.now() - this.#lastReport < REPORT_EVERY_MS) return;
    this.#lastReport = this.now();
    // An estimate of what is under way may fall. What was reported as finished stays so.
    this.#reported = Math.max(this.#reported ?? 0, Math.min(this.#done + underWay, this.total));
    this.log(this.#line(this.#reported));
  }

  /** Whether a line has been reported: the phase takes so long that somebody may wait for its end. */
  get isReported(): boolean {
    return this.#reported !== undefined;
  }

  /** Reports that the phase is complete. Returns its duration in seconds. */
  finish(): number {
    const seconds = (this.now() - this.#started) / 1000;
    if (this.isReported) this.log(this.#line(this.total));
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
    // The rate of a few large units, such as indexes, is not informative.
    if (seconds < 0.1 || done / seconds < 10) return "";
    const rows = `, ${formatCount(done / seconds)} ${this.unit}/s`;
    return this.#bytes === 0 ? rows : `${rows}, ${formatBytes(this.#bytes / seconds)}/s`;
  }
}
