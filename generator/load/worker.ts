import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { withClient, withTransaction } from "../../postgres/connection";
import { lockPatience } from "../../postgres/lock-waits";
import { DatasetRows } from "../rows/dataset-rows";
import type { DatasetSpec } from "../spec";
import { hasEntry, missingShards, readEntries, type Load } from "./ledger";
import { claimShard, requireOwnClaims, withLoadLock } from "./locks";
import { prepareSession } from "./session";
import { ShardLoader, type Sent } from "./shard-loader";
import { shardsOf, type Partition, type Shard } from "./shards";

/** What a worker needs to prepare itself. */
export interface WorkerJob {
  ownerUrl: string;
  spec: DatasetSpec;
  /** Which of the workers this is, from 0 on, and their number. */
  turn: { number: number; of: number };
}

/** What a worker waits for: an open load, and the partition of it that this run loads. */
export interface OpenLoad extends Pick<Load, "shards" | "layout"> {
  partition: Partition | undefined;
}

/** How often to look again at shards that other workers have claimed, milliseconds. */
const RETRY_MS = 10;

/**
 * Runs a worker: it makes its plan, connects, waits for the load, and loads shards until the ledger has all shards of the
 * partition. It leaves a shard to the worker that has claimed it, and takes it over when that worker is stopped.
 *
 * @param report called for each shard that this worker has committed
 */
export async function work(
  { ownerUrl, spec, turn }: WorkerJob,
  report: (sent: Sent) => void,
  opened: Promise<OpenLoad>,
): Promise<void> {
  const rows = new DatasetRows(spec);
  rows.warmUp();
  await withClient(ownerUrl, async (client) => {
    await prepareSession(client);
    const { shards, layout, partition } = await opened;
    const loader = new ShardLoader(client, rows, shards, layout);
    const all = shardsOf({ shards }, partition);
    await withLoadLock(
      client,
      "shared",
      () => undefined,
      () => loadAll(client, loader, all, turn, report),
    );
  });
}

async function loadAll(
  client: Client,
  loader: ShardLoader,
  all: readonly Shard[],
  turn: WorkerJob["turn"],
  report: (sent: Sent) => void,
): Promise<void> {
  // Workers take shards by position, whatever the ledger has when each of them reads it, so that they do not collide.
  const own = all.filter((_, position) => position % turn.of === turn.number);
  let missing = missingShards(await readEntries(client), own);
  const patience = await lockPatience(client);
  let lastLoaded = Date.now();
  do {
    let loaded = 0;
    for (const [i, shard] of missing.entries()) {
      const sent = await loadShard(client, loader, shard, missing[i + 1]);
      if (sent === undefined) continue;
      report(sent);
      loaded++;
    }
    if (loaded > 0) lastLoaded = Date.now();
    else if (missing.length > 0) await delay(RETRY_MS);
    // Another worker may take hours for its shards. Another program has no business with them.
    if (Date.now() - lastLoaded > patience) {
      await requireOwnClaims(client, missing);
      lastLoaded = Date.now();
    }
    // At the end, any free worker takes what is missing.
    missing = missingShards(await readEntries(client), all);
  } while (missing.length > 0);
}

/**
 * Loads one shard in its own transaction, unless another worker has claimed or loaded it. While the server writes the
 * commit to its disk, which leaves a processor free, this makes the messages of the next shard.
 */
function loadShard(
  client: Client,
  loader: ShardLoader,
  shard: Shard,
  next: Shard | undefined,
): Promise<Sent | undefined> {
  return withTransaction(
    client,
    async () => {
      if (!(await claimShard(client, shard))) return undefined;
      // This must follow the claim: a worker that claimed the shard before has committed it by now.
      return (await hasEntry(client, shard)) ? undefined : loader.load(shard);
    },
    () => {
      if (next) loader.prepare(next);
    },
  );
}
