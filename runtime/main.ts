/**
 * A process for one task: takes a job as JSON on standard input and answers by one IPC message.
 * Stacks of version 0.1.0 have this file's path in their state: it reads and deletes what they hold.
 */
// The providers in an older state start this file in another way.
import "../common/libpq-environment";
import { text } from "node:stream/consumers";
import { runJob } from "./run-job";
import type { Job } from "./task";

async function main(): Promise<void> {
  // When Pulumi is killed, nobody waits for the answer any more: stop, so that the next run finds no rival.
  process.on("disconnect", () => process.exit(1));
  const answer = await runJob(JSON.parse(await text(process.stdin)) as Job);
  process.send?.(answer, () => process.exit(0));
}

void main();
