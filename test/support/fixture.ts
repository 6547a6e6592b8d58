import type { Context } from "mocha";
import { sayWhenLong } from "./long-tests";
import { Undoing, type Undo } from "./undoing";

/**
 * A function that prepares what tests need. Right after each step, it registers with `undo` how that step is undone.
 */
export type Making = (this: Context, undo: Undo) => unknown;

/**
 * Prepares something once for all tests of the surrounding suite, and undoes it after the last one. If the preparation
 * fails or skips, its completed steps are undone at once, the last one first, and its own error is shown.
 *
 * @example let database: TestDatabase; setUp(async (undo) => { database = await (await
 *   startTestServer()).createDatabase(); undo(() => database.drop()); await execute(database.ownerUrl,
 *   chatDatasetSql()); });
 */
export function setUp(make: Making): void {
  const undoing = new Undoing();
  before(function () {
    // Mocha calls the hooks of a suite also when a suite around it was skipped.
    if (this.test!.parent!.isPending()) return;
    const finished = sayWhenLong(`what is set up for ${this.test!.parent!.fullTitle()}`);
    return undoing.during(() => make.call(this, undoing.undo)).finally(finished);
  });
  after(() => undoing.release());
}

/** Prepares something for each test of the surrounding suite, and undoes it after each one; see `setUp`. */
export function setUpEach(make: Making): void {
  const undoing = new Undoing();
  beforeEach(function () {
    return undoing.during(() => make.call(this, undoing.undo));
  });
  afterEach(() => undoing.release());
}

/**
 * The body of a test that prepares something only for itself: `it("...", withUndo(async (undo) => { ... }))`. It is
 * always undone when the test ends.
 */
export function withUndo(test: Making): (this: Context) => Promise<void> {
  return async function () {
    const undoing = new Undoing();
    open.add(undoing);
    await undoing.during(() => test.call(this, undoing.undo));
    await undoing.release();
    open.delete(undoing);
  };
}

const open = new Set<Undoing>();

/** Undoes the preparations of a test that timed out. It runs after every test. */
export async function releaseOpen(): Promise<void> {
  for (const undoing of open) {
    open.delete(undoing);
    await undoing.release();
  }
}
