import { setTimeout as delay } from "node:timers/promises";

/** Undoes one thing that a test has made. */
export type Release = () => unknown;
/** Registers how something that has just been made is undone. */
export type Undo = (release: Release) => void;

/** How long work that was given up is waited for, so that what it still makes is undone too. Milliseconds. */
const LATE_WORK_MS = 10_000;

/** What some work has made so far, and how each thing of it is undone: the last first. */
export class Undoing {
  readonly #releases: Release[] = [];
  /** Undoings that are running because what they undo was made after everything else was undone. */
  readonly #late: Promise<unknown>[] = [];
  #work: Promise<unknown> = Promise.resolve();
  #closed = false;

  readonly undo: Undo = (release) => {
    if (this.#closed) this.#late.push(Promise.resolve().then(release));
    else this.#releases.push(release);
  };

  /**
   * Does work that makes things. When it fails or skips its test, what it has made is undone at once.
   *
   * @throws what the work threw; errors of undoing are appended to its message
   */
  async during(work: () => unknown): Promise<void> {
    this.#closed = false;
    this.#work = Promise.resolve().then(work);
    try {
      await this.#work;
    } catch (error) {
      const failures = await this.#releaseAll();
      throw failures.length === 0 ? error : withFailures(error, failures);
    }
  }

  /**
   * Undoes everything. Work that still runs, because its time was up, is waited for, and what it makes is undone too.
   *
   * @throws the errors of all undoings that failed, as one
   */
  async release(): Promise<void> {
    this.#closed = true;
    const failures = await this.#releaseAll();
    const ended = this.#work.catch(() => undefined);
    await Promise.race([ended, delay(LATE_WORK_MS, undefined, { ref: false })]);
    for (const late of await Promise.allSettled(this.#late.splice(0))) {
      if (late.status === "rejected") failures.push(late.reason);
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, failures.map(messageOf).join("\n"));
  }

  async #releaseAll(): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (let release = this.#releases.pop(); release !== undefined; release = this.#releases.pop()) {
      try {
        await release();
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}

/** A skip says nothing that could be shown, so that a failed undoing takes its place. */
function withFailures(error: unknown, failures: unknown[]): unknown {
  const undoing = `Undoing what was made failed too: ${failures.map(messageOf).join("\n")}`;
  if (!(error instanceof Error) || error.constructor.name === "Pending") return new Error(undoing);
  error.message += `\n${undoing}`;
  return error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
