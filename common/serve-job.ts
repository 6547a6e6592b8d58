import { ExpectedError } from "./errors";
import type { Failure, Word } from "./subprocess";

/**
 * The other end of `runSubprocess`: takes the job, works, reports, and ends the process; also when its parent ends.
 *
 * @param work its third argument is the parent's go-ahead, when that comes
 */
export function serveJob(
  work: (job: never, report: (news: unknown) => void, goAhead: Promise<never>) => Promise<void>,
): void {
  const tell = (word: Word): Promise<void> =>
    new Promise((resolve) => {
      process.send?.(word, () => {
        resolve();
      });
    });
  process.on("disconnect", () => process.exit(1));
  process.once("message", (job: unknown) => {
    const goAhead = new Promise<never>((resolve) => {
      process.once("message", (word) => {
        resolve(word as never);
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
