/**
 * An error that the user can correct. Its message says what is wrong and where, and what to do next. It is shown
 * without a stack trace. Every other error is a defect of this program and keeps its stack trace.
 */
export class ExpectedError extends Error {
  override readonly name = "ExpectedError";

  /**
   * @param problem what is wrong and where: the config key, stack, file or row
   * @param remedy what to do next, as one or more sentences
   * @param options `cause`: the original error, for code that depends on it
   */
  constructor(
    readonly problem: string,
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(remedy === undefined ? problem : `${problem}\n  ${remedy}`, options);
  }
}

/** The text to show for any thrown value: the message of an expected error, and the stack trace of any other error. */
export function describeError(error: unknown): string {
  if (error instanceof ExpectedError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
