import { join } from "node:path";
import { bundle, runSubprocess } from "../../runtime/subprocess";
import type { Sent } from "./part-loader";
import type { WorkerJob } from "./worker";

/**
 * Runs a job in several worker processes and returns when all its parts are in the database. When one fails, the
 * others are stopped, and the first error is thrown.
 *
 * @param report called with each part that a worker has committed
 */
export async function runWorkers(
  job: WorkerJob,
  workers: number,
  report: (sent: Sent) => void,
): Promise<void> {
  const program = await bundle(join(__dirname, "worker-process.ts"));
  const stop = new AbortController();
  const running = Array.from({ length: workers }, () => runSubprocess(program, job, report, stop.signal));
  try {
    await Promise.all(running);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(running);
    throw error;
  }
}
