import { loadDataset, type DatasetState } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { describeError } from "../../common/errors";

/** Runs one load in its own process, so that the memory of the bench does not count. The URL is not a process argument. */
export interface LoadJob {
  ownerUrl: string;
  spec: DatasetSpec;
  options: { workers?: number; shards?: number };
}

export type LoadOutcome = { state: DatasetState; wallSeconds: number } | { error: string };

if (require.main === module) {
  process.once("message", (job: LoadJob) => {
    void load(job).then((outcome) => {
      process.send!(outcome, () => {
        process.disconnect();
      });
    });
  });
}

async function load({ ownerUrl, spec, options }: LoadJob): Promise<LoadOutcome> {
  const started = performance.now();
  try {
    const state = await loadDataset(ownerUrl, spec, () => undefined, options);
    return { state, wallSeconds: (performance.now() - started) / 1000 };
  } catch (error) {
    return { error: describeError(error) };
  }
}
