import type { Client } from "pg";
import { Progress, type Log } from "../../runtime/progress";
import type { DatasetSpec } from "../spec";
import { missingParts, readLines, type Load } from "./ledger";
import { withLoadLock } from "./locks";
import { checkLoad, openLoad } from "./open";
import { partsOf, type Share } from "./parts";
import type { DatasetState } from "./state";
import { Workers } from "./workers";

/** What was sent for the parts that were missing, and how long it took. */
export interface Filled {
  bytes: number;
  seconds: number;
}

/** How to fill the tables; `shards` is for a load that is not open yet. */
export interface Filling {
  shards: number;
  workers: number;
  share: Share | undefined;
}

/**
 * Opens a load or goes on with the one that is open, and has the share's missing rows written by worker processes.
 * These make their plans while the load is being opened, which leaves a processor free.
 *
 * @returns the dataset when it is there already
 */
export async function fillTables(
  client: Client,
  ownerUrl: string,
  spec: DatasetSpec,
  filling: Filling,
  log: Log,
): Promise<Filled | { dataset: DatasetState }> {
  const crew = new Workers({ ownerUrl, spec });
  try {
    await openLoad(client, ownerUrl, spec, filling, log, () => {
      crew.start(filling.workers);
    });
    return await withLoadLock(client, "shared", log, async () => {
      const load = await checkLoad(client, spec, filling.share, log);
      return load.result ? { dataset: load.result } : writeRows(client, load, filling, crew, log);
    });
  } finally {
    await crew.dismiss();
  }
}

async function writeRows(
  client: Client,
  { spec, shards }: Load,
  { workers, share }: Filling,
  crew: Workers,
  log: Log,
): Promise<Filled> {
  const missing = missingParts(await readLines(client), partsOf({ shards }, share));
  if (missing.length === 0) return { bytes: 0, seconds: 0 };
  const missingShards = missing.filter(({ part }) => part === "messages").length;
  const messages = Math.round((spec.messages * missingShards) / shards);
  const progress = new Progress("messages", messages, "messages", log);
  let bytes = 0;
  crew.start(Math.min(workers, missing.length));
  await crew.load({ shards, share }, (sent) => {
    bytes += sent.bytes;
    progress.advance(sent.rows.messages ?? 0, sent.bytes);
  });
  return { bytes, seconds: progress.finish() };
}
