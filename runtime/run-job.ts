import { describeError } from "../common/errors";
import type { Log } from "../common/progress";
import { readInServer } from "./read-in-server";
import type { Answer, Job, Task } from "./task";
import { tasks } from "./tasks";

/** Writes to standard output, which Pulumi shows at once. */
const log: Log = (line) => {
  process.stdout.write(`${line}\n`);
};

/** Runs one job and returns its result or its error. It never throws. */
export async function runJob(job: Job): Promise<Answer> {
  try {
    return { ok: true, result: await run(job) };
  } catch (error) {
    return { ok: false, error: describeError(error) };
  }
}

async function run(job: Job): Promise<unknown> {
  const load = (tasks as unknown as Record<string, (() => Task<object, object>) | undefined>)[job.kind];
  if (load === undefined) throw new Error(`There is no task of kind "${job.kind}".`);
  const task = load();
  switch (job.operation) {
    case "create":
      return task.create(job.inputs, log);
    case "update":
      return task.update ? task.update(job.inputs, job.state, log) : task.create(job.inputs, log);
    case "read": {
      const read = async () => (task.read ? task.read(job.state, log) : {});
      return task.reportsServer ? read() : readInServer(read);
    }
    case "delete":
      return task.delete?.(job.state, log);
    case "stale":
      return (await task.stale?.(job.state)) ?? false;
  }
}
