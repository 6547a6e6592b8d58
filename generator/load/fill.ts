import type { Client } from "pg";
import { Progress, type Log } from "../../common/progress";
import type { DatasetSpec } from "../spec";
import { missingShards, readEntries, type Load } from "./ledger";
import { withLoadLock } from "./locks";
import { checkLoad, openLoad } from "./open";
import { shardsOf, type Partition } from "./shards";
import type { DatasetState } from "./state";
import { Workers } from "./workers";

/** The bytes that were sent for the missing shards, and the time that it took. */
export interface Filled {
  bytes: number;
  seconds: number;
}

/** How to fill the tables. */
export interface FillOptions {
  /** The number of slices of time in a new load. */
  shards: number;
  /** The number of worker processes. */
  workers: number;
  partition: Partition | undefined;
}

/**
 * Opens a load, or resumes the one that is open, and lets worker processes write the missing rows of the partition. The
 * workers make their plans while the load is being opened, which leaves a processor free.
 *
 * @returns the dataset, when it is already complete
 */
export async function fillTables(
  client: Client,
  ownerUrl: string,
  spec: DatasetSpec,
  options: FillOptions,
  log: Log,
): Promise<Filled | { dataset: DatasetState }> {
  const workers = new Workers({ ownerUrl, spec });
  try {
    await openLoad(client, ownerUrl, spec, options, log, () => {
      workers.start(options.workers);
    });
    return await withLoadLock(client, "shared", log, async () => {
      const load = await checkLoad(client, spec, options.partition, log);
      return load.result ? { dataset: load.result } : writeRows(client, load, options, workers, log);
    });
  } finally {
    await workers.stop();
  }
}

async function writeRows(
  client: Client,
  { spec, shards, layout }: Load,
  options: FillOptions,
  workers: Workers,
  log: Log,
): Promise<Filled> {
  const { partition } = options;
  const missing = missingShards(await readEntries(client), shardsOf({ shards }, partition));
  if (missing.length === 0) return { bytes: 0, seconds: 0 };
  const missingSlices = missing.filter(({ part }) => part === "messages").length;
  const messages = Math.round((spec.messages * missingSlices) / shards);
  const progress = new Progress("messages", messages, "messages", log);
  let bytes = 0;
  workers.start(Math.min(options.workers, missing.length));
  await workers.load({ shards, layout, partition }, (sent) => {
    bytes += sent.bytes;
    progress.advance(sent.rows.messages ?? 0, sent.bytes);
  });
  return { bytes, seconds: progress.finish() };
}
