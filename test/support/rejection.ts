import { expect } from "chai";
import { ExpectedError } from "../../common/errors";

/** The text of the error that the promise must end in. */
export function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => expect.fail("was expected to fail"),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** The error of work that is expected to fail, in a way that a person can act on. */
export async function failureOf(work: Promise<unknown>): Promise<ExpectedError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ExpectedError);
  return error as ExpectedError;
}
