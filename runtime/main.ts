/**
 * A process for one task. It reads a job as JSON from standard input and answers with one IPC message. The states of
 * version 0.1.0 contain the path of this file, and use it to read and delete their resources.
 */
// The providers in older states do not preload this module.
import "../common/libpq-environment";
import { text } from "node:stream/consumers";
import { runJob } from "./run-job";
import type { Job } from "./task";

async function main(): Promise<void> {
  // When Pulumi is killed, nobody waits for the answer. The process then ends, so that it does not disturb the next
  // run.
  process.on("disconnect", () => process.exit(1));
  const answer = await runJob(JSON.parse(await text(process.stdin)) as Job);
  process.send?.(answer, () => process.exit(0));
}

void main();
