import { expect } from "chai";
import { ExpectedError } from "../../common/errors";

/** The message of the error with which the promise must be rejected. */
export function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => expect.fail("was expected to fail"),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** The expected error with which the work must fail. */
export async function failureOf(work: Promise<unknown>): Promise<ExpectedError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ExpectedError);
  return error as ExpectedError;
}
