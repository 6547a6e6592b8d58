import { ExpectedError } from "./errors";
import type { Failure, SubprocessMessage } from "./subprocess";

/**
 * The counterpart of `runSubprocess` in the subprocess. It receives the job, does the work, sends reports, and ends the
 * process. It also ends when the parent process ends.
 *
 * @param work does the job; its third argument resolves when the parent gives the go-ahead
 */
export function serveJob(
  work: (job: never, report: (news: unknown) => void, goAhead: Promise<never>) => Promise<void>,
): void {
  const tell = (message: SubprocessMessage): Promise<void> =>
    new Promise((resolve) => {
      process.send?.(message, () => {
        resolve();
      });
    });
  process.on("disconnect", () => process.exit(1));
  process.once("message", (job: unknown) => {
    const goAhead = new Promise<never>((resolve) => {
      process.once("message", (message) => {
        resolve(message as never);
      });
    });
    work(job as never, (news) => void tell({ news }), goAhead)
      .then(
        () => tell("done"),
        (error: unknown) => tell({ failure: failureOf(error) }),
      )
      .finally(() => {
        process.exit(0);
      });
  });
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { expected: false, message: String(error), code: undefined, stack: undefined };
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { expected: error instanceof ExpectedError, message: error.message, code, stack: error.stack };
}
