import { setTimeout as delay } from "node:timers/promises";

/** A function that undoes one step of a preparation. */
export type Release = () => unknown;
/** Registers how the last step is undone. */
export type Undo = (release: Release) => void;

/** How long to wait for work that timed out, so that its later steps are undone too, in milliseconds. */
const LATE_WORK_MS = 10_000;

/** The completed steps of a preparation, and how they are undone, the last one first. */
export class Undoing {
  readonly #releases: Release[] = [];
  /** The undoings that are running for steps which were completed after everything else was undone. */
  readonly #late: Promise<unknown>[] = [];
  #work: Promise<unknown> = Promise.resolve();
  #closed = false;

  readonly undo: Undo = (release) => {
    if (this.#closed) this.#late.push(Promise.resolve().then(release));
    else this.#releases.push(release);
  };

  /**
   * Runs a preparation. When it fails or skips its test, its completed steps are undone at once.
   *
   * @throws the error of the work, with the errors of undoings added to its message
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
   * Undoes all steps. It waits for work that timed out and still runs, and undoes its later steps too.
   *
   * @throws one error with the errors of all undoings that failed
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

/** A skip has no message, so the error of the undoing replaces it. */
function withFailures(error: unknown, failures: unknown[]): unknown {
  const undoing = `Undoing what was made failed too: ${failures.map(messageOf).join("\n")}`;
  if (!(error instanceof Error) || error.constructor.name === "Pending") return new Error(undoing);
  error.message += `\n${undoing}`;
  return error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
