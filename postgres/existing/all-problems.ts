import { ExpectedError } from "../../common/errors";

/**
 * Runs checks and reports what all of them find at once, so that nobody learns of one problem after the other.
 *
 * @throws ExpectedError that of the only check which fails, or one that lists all of them
 */
export async function assertAll(checks: readonly (() => unknown)[]): Promise<void> {
  const found: ExpectedError[] = [];
  for (const check of checks) {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      found.push(error);
    }
  }
  if (found.length === 1) throw found[0]!;
  if (found.length === 0) return;
  const list = found.map(
    ({ problem, remedy }) => `\n- ${problem}${remedy === undefined ? "" : `\n  ${remedy}`}`,
  );
  throw new ExpectedError(`${found.length} things stand in the way. Nothing was changed:${list.join("")}`);
}
