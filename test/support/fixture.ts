import type { Context } from "mocha";
import { sayWhenLong } from "./long-tests";
import { Undoing, type Undo } from "./undoing";

/** Makes what tests need, and registers by `undo`, right after each thing was made, how that thing is undone. */
export type Making = (this: Context, undo: Undo) => unknown;

/**
 * Makes something once for all tests of the suite around, and undoes it after the last one. If it fails or skips half
 * way, what it has made so far is undone at once, the last first, and the error shown is its own.
 *
 * @example
 * let database: TestDatabase;
 * setUp(async (undo) => {
 *   database = await (await startTestServer()).createDatabase();
 *   undo(() => database.drop());
 *   await execute(database.ownerUrl, chatDatasetSql());
 * });
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

/** Makes something anew for each test of the suite around, and undoes it after each one; see `setUp`. */
export function setUpEach(make: Making): void {
  const undoing = new Undoing();
  beforeEach(function () {
    return undoing.during(() => make.call(this, undoing.undo));
  });
  afterEach(() => undoing.release());
}

/**
 * The body of a test that makes something for itself alone: `it("...", withUndo(async (undo) => { ... }))`. It is
 * undone when the test ends, however it ends.
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

/** Undoes what a test has made whose time was up. Done after every test. */
export async function releaseOpen(): Promise<void> {
  for (const undoing of open) {
    open.delete(undoing);
    await undoing.release();
  }
}
