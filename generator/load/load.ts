import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { ExpectedError } from "../../common/errors";
import { Progress, type Log } from "../../common/progress";
import { defaultWorkers } from "../parallelism";
import { specProblems } from "../problems";
import { MODEL_VERSION, plainSpec, type DatasetSpec } from "../spec";
import { fillTables } from "./fill";
import { readState } from "./fingerprint";
import { finishTables } from "./finish";
import { giveBackAfter } from "./give-back";
import { requireOwnRows } from "./guards";
import { toExpectedError } from "./interruption";
import { markComplete, missingShards, readEntries, readLoad, sumOfRows } from "./ledger";
import { withLoadLock, withLoadLockIfFree } from "./locks";
import { advanceSequences } from "./sequences";
import { shardsOf, type Partition } from "./shards";
import { prepareSession } from "./session";
import type { DatasetState } from "./state";

/** The most messages in a shard. A restart then repeats a second of work, and a shard takes a few megabytes of memory. */
const MOST_MESSAGES = 62_500;
/** The fewest messages in a shard. Smaller shards leave half-filled pages, which later rows fill out of order. */
const FEWEST_MESSAGES = 10_000;
/** Eight shards for each of eight workers. Shards that are written side by side are then close together in time. */
const ENOUGH_SHARDS = 64;
/** The most shards. In shorter ones, the bursts that overlap their bounds cost as much as the shards themselves. */
const MOST_SHARDS = 1_000;

export interface LoadOptions {
  /**
   * The number of slices of time into which the messages are cut. A load that is resumed keeps its own number.
   *
   * @default 64, fewer for less than 640,000 messages, and up to 1,000 for more than 4 million
   */
  shards?: number;
  /**
   * The number of processes that write rows.
   *
   * @default one for each processor, see `defaultWorkers`
   */
  workers?: number;
  /** The partition of this run, when several runs fill the database together, on this machine or on others. */
  partition?: Partition;
}

/**
 * Fills the database with the dataset of the spec. It resumes a load that was stopped, and does nothing when the ledger
 * says that the dataset is complete. A load may be stopped at any point: after the next run, the rows and the schema are
 * the same as without the stop.
 *
 * @param ownerUrl the role that owns the tables
 * @throws ExpectedError when the spec is impossible, when the tables hold another dataset or other rows, or when the
 *   server, the disk or a lock interrupts the load
 */
export async function loadDataset(
  ownerUrl: string,
  spec: DatasetSpec,
  log: Log,
  options: Omit<LoadOptions, "partition"> = {},
): Promise<DatasetState> {
  return (await loadPartition(ownerUrl, spec, log, options))!;
}

/**
 * Loads one partition of the dataset like `loadDataset`. The run that ends last finishes the tables and returns the
 * dataset. The other runs return undefined.
 */
export async function loadPartition(
  ownerUrl: string,
  spec: DatasetSpec,
  log: Log,
  { shards = defaultShards(spec), workers = defaultWorkers(shards), partition }: LoadOptions,
): Promise<DatasetState | undefined> {
  requirePossible(spec);
  const session = { connected: false };
  try {
    return await withClient(ownerUrl, async (client) => {
      session.connected = true;
      await prepareSession(client);
      const filled = await fillTables(client, ownerUrl, plainSpec(spec), { shards, workers, partition }, log);
      if ("dataset" in filled) return filled.dataset;
      const load = { workers, bytes: filled.bytes, seconds: { rows: filled.seconds } };
      const finish = () => finishLoad(client, ownerUrl, load, log);
      return partition ? withLoadLockIfFree(client, finish) : withLoadLock(client, "exclusive", log, finish);
    });
  } catch (error) {
    const expected = toExpectedError(error);
    throw session.connected
      ? await giveBackAfter(expected, ownerUrl, partition !== undefined, log)
      : expected;
  }
}

function defaultShards({ messages }: DatasetSpec): number {
  const enough = Math.min(ENOUGH_SHARDS, Math.ceil(messages / FEWEST_MESSAGES));
  return Math.min(MOST_SHARDS, Math.max(enough, Math.ceil(messages / MOST_MESSAGES)));
}

function requirePossible(spec: DatasetSpec): void {
  const problems = specProblems(spec);
  if (problems.length === 0) return;
  const list = problems.map(({ problem }) => `\n  - ${problem}`).join("");
  throw new ExpectedError(
    `A dataset of these values is impossible:${list}`,
    "Correct each value: of a stack by `pulumi config set`, of `npm run generate` by its option.",
  );
}

/** Restores keys and indexes once all shards are loaded. Returns undefined while other partitions have missing shards. */
async function finishLoad(
  client: Client,
  ownerUrl: string,
  load: { workers: number; bytes: number; seconds: Record<string, number> },
  log: Log,
): Promise<DatasetState | undefined> {
  const { spec, shards, result } = (await readLoad(client))!;
  if (result) return result;
  const entries = await readEntries(client);
  const missing = missingShards(entries, shardsOf({ shards }));
  if (missing.length > 0) {
    log(`this partition is loaded; other partitions still load ${missing.length} of ${shards} shards`);
    return undefined;
  }
  const rows = sumOfRows(entries);
  Object.assign(load.seconds, await finishTables(client, ownerUrl, rows, log));
  await advanceSequences(client);
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const progress = new Progress("fingerprint", total, "rows", log);
  const state = await readState(client, { spec, modelVersion: MODEL_VERSION }, (count) => {
    progress.advance(count);
  });
  load.seconds.fingerprint = progress.finish();
  requireOwnRows(client.database ?? "", state.counts, rows);
  const complete = { ...state, load };
  await markComplete(client, complete);
  return complete;
}
