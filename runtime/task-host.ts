/**
 * The process in which the tasks of one engine run work, side by side. Each IPC message is a job with its number; the
 * answer has the same number. `host-client.ts` is the other end.
 */
import { runJob } from "./run-job";
import type { NumberedAnswer, NumberedJob } from "./task";

// When Pulumi is killed, nobody waits for an answer any more: stop, so that the next run finds no rival.
process.on("disconnect", () => process.exit(1));
process.on("message", ({ number, job }: NumberedJob) => {
  void runJob(job).then((answer) => process.send?.({ number, answer } satisfies NumberedAnswer));
});
