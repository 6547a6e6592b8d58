/**
 * An error that a person can act on: what is wrong and where, then what to do next.
 * It is shown without a stack trace; every other error is a defect of ours and keeps its stack.
 */
export class ExpectedError extends Error {
  override readonly name = "ExpectedError";

  /**
   * @param problem what is wrong and where: the config key, stack, file or row
   * @param remedy what to do next, as one or more sentences
   * @param options `cause`: the error behind this one, for code that decides by it
   */
  constructor(
    readonly problem: string,
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(remedy === undefined ? problem : `${problem}\n  ${remedy}`, options);
  }
}

/** The text to show for any thrown value: the message alone when expected, the stack otherwise. */
export function describeError(error: unknown): string {
  if (error instanceof ExpectedError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
