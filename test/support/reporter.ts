import { type Hook, type MochaOptions, reporters, type Runner, type Test } from "mocha";
import { RunTimes } from "./run-times";
import { reasonOf } from "./skips";

/**
 * Mocha's spec reporter with additions. At the start it prints how long the suite takes here. At the end it prints the
 * slowest tests, the reasons for skips, and a last line for programs: `N passed, N failed, N skipped`.
 */
class SuiteReporter extends reporters.Spec {
  /** The number of skipped tests for each reason. */
  readonly #skipped = new Map<string, number>();
  /** The tests that were skipped without a reason, which is an error of the suite. */
  readonly #unexplained: string[] = [];
  readonly #times: RunTimes;

  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    this.#times = new RunTimes(options);
    runner.once("start", () => {
      this.#times.announce();
    });
    runner.on("pending", (test: Test) => {
      const reason = reasonOf(test);
      if (reason === undefined) this.#unexplained.push(test.fullTitle());
      else this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
    });
    for (const event of ["test end", "hook end"]) {
      runner.on(event as "test end", (runnable: Test | Hook) => {
        this.#times.add(runnable);
      });
    }
  }

  /** Mocha calls this after the last test and all clean-up. */
  override done(failures: number, end: (failures: number) => void): void {
    this.#times.print();
    const { passes, pending } = this.stats;
    const unexplained = this.#unexplained.length;
    for (const title of this.#unexplained) {
      console.log(`Skipped without a reason, which counts as a failure: ${title}`);
    }
    const skipped = pending - unexplained;
    if (skipped > 0) {
      const reasons = [...this.#skipped].sort(([, one], [, other]) => other - one);
      console.log(
        `${skipped} skipped: ${reasons.map(([reason, tests]) => `${tests} ${reason}`).join(", ")}\n`,
      );
    }
    console.log(`${passes} passed, ${failures + unexplained} failed, ${skipped} skipped`);
    end(failures + unexplained);
  }
}

export = SuiteReporter;
