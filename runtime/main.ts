/**
 * A task's process: takes one job as JSON on standard input, runs it, and answers by one IPC message.
 * What the task logs goes to standard output, line by line, and so appears in `pulumi up` as it happens.
 */
// The providers in an older state start this file in another way.
import "./libpq-environment";
import { text } from "node:stream/consumers";
import { describeError } from "./errors";
import type { Answer, Job, Task } from "./task";
import { tasks } from "./tasks";

const log = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function run(job: Job): Promise<unknown> {
  const load = (tasks as unknown as Record<string, (() => Task<object, object>) | undefined>)[job.kind];
  if (load === undefined) throw new Error(`There is no task of kind "${job.kind}".`);
  const task = load();
  switch (job.operation) {
    case "create":
      return task.create(job.inputs, log);
    case "update":
      return task.update ? task.update(job.inputs, job.state, log) : task.create(job.inputs, log);
    case "read":
      return task.read ? task.read(job.state, log) : {};
    case "delete":
      return task.delete?.(job.state, log);
    case "stale":
      return (await task.stale?.(job.state)) ?? false;
  }
}

async function main(): Promise<void> {
  // When Pulumi is killed, nobody waits for the answer any more: stop, so that the next run finds no rival.
  process.on("disconnect", () => process.exit(1));
  let answer: Answer;
  try {
    answer = { ok: true, result: await run(JSON.parse(await text(process.stdin)) as Job) };
  } catch (error) {
    answer = { ok: false, error: describeError(error) };
  }
  process.send?.(answer, () => process.exit(0));
}

void main();
