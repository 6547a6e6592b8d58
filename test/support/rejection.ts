import { expect } from "chai";

/** The text of the error that the promise must end in. */
export function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => expect.fail("was expected to fail"),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
