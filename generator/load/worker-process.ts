/**
 * A worker's process: takes its job as one IPC message, because the job holds a password, and reports over the same
 * channel. It ends with its parent, whatever ends that.
 */
import { ExpectedError } from "../../runtime/errors";
import type { Sent } from "./part-loader";
import { work, type WorkerJob } from "./worker";

/** What a worker tells its parent. */
export type WorkerReport = { sent: Sent } | { failure: Failure } | { done: true };

/** An error on its way between two processes. */
export interface Failure {
  expected: boolean;
  message: string;
  /** SQLSTATE or a system error's code. */
  code?: string | undefined;
  stack?: string | undefined;
}

const tell = (report: WorkerReport): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(report, () => {
      resolve();
    });
  });

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { expected: false, message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { expected: error instanceof ExpectedError, message: error.message, code, stack: error.stack };
}

process.on("disconnect", () => process.exit(1));
process.once("message", (job: WorkerJob) => {
  work(job, (sent) => void tell({ sent }))
    .then(
      () => tell({ done: true }),
      (error: unknown) => tell({ failure: failureOf(error) }),
    )
    .finally(() => {
      process.exit(0);
    });
});
