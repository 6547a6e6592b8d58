/**
 * The process that runs the tasks of one engine run in parallel. Each IPC message is a job with a number, and the
 * answer has the same number. The counterpart is `host-client.ts`.
 */
import { runJob } from "./run-job";
import type { NumberedAnswer, NumberedJob } from "./task";

// When Pulumi is killed, nobody waits for an answer. The process then ends, so that it does not disturb the next run.
process.on("disconnect", () => process.exit(1));
process.on("message", ({ number, job }: NumberedJob) => {
  void runJob(job).then((answer) => process.send?.({ number, answer } satisfies NumberedAnswer));
});
