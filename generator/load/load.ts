import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { ExpectedError } from "../../runtime/errors";
import { Progress, type Log } from "../../runtime/progress";
import { defaultWorkers } from "../parallelism";
import { specProblems } from "../problems";
import { MODEL_VERSION, plainSpec, type DatasetSpec } from "../spec";
import { fillTables } from "./fill";
import { readState } from "./fingerprint";
import { finishTables } from "./finish";
import { requireOwnRows } from "./guards";
import { explained } from "./interruption";
import { markComplete, missingParts, readLines, readLoad, sumOfRows } from "./ledger";
import { ifAlone, withLoadLock } from "./locks";
import { partsOf, type Share } from "./parts";
import { prepareSession } from "./session";
import type { DatasetState } from "./state";

/** Most messages in a shard: few enough that a restart repeats a second of work and a slice takes few megabytes. */
const MOST_MESSAGES = 62_500;
/** Fewest messages in a shard: less would leave many pages half filled, for others to fill out of order. */
const FEWEST_MESSAGES = 10_000;
/** Eight for each of eight workers: shards that are written side by side then lie close together in time. */
const ENOUGH_SHARDS = 64;
/** More slices than this would be so short that the bursts which reach into them cost as much as they do. */
const MOST_SHARDS = 1_000;

export interface LoadOptions {
  /** Into how many shards to cut the messages; a load that is resumed keeps its own. Default: see `defaultShards`. */
  shards?: number;
  /** How many processes write rows. Default: one a processor, see `defaultWorkers`. */
  workers?: number;
  /** Which of several runs, on this machine or others, that fill the database together this one is. */
  share?: Share;
}

/**
 * Fills the database with the dataset of the spec, or goes on where an earlier run was stopped, or does nothing when
 * the ledger says that it is all there. Stopped at any point and started again, it ends with the same rows and the
 * schema as it was.
 *
 * @param ownerUrl the role that owns the tables
 * @throws ExpectedError when the spec is impossible, another dataset or other rows are in the tables, or the load is
 *   interrupted by the server, the disk or a lock
 */
export async function loadDataset(
  ownerUrl: string,
  spec: DatasetSpec,
  log: Log,
  options: Omit<LoadOptions, "share"> = {},
): Promise<DatasetState> {
  return (await loadShare(ownerUrl, spec, log, options))!;
}

/**
 * Like `loadDataset`, but loads only one share of the shards. Whichever run of all shares ends last finishes the
 * tables and returns the dataset; the others return undefined.
 */
export async function loadShare(
  ownerUrl: string,
  spec: DatasetSpec,
  log: Log,
  { shards = defaultShards(spec), workers = defaultWorkers(shards), share }: LoadOptions,
): Promise<DatasetState | undefined> {
  requirePossible(spec);
  try {
    return await withClient(ownerUrl, async (client) => {
      await prepareSession(client);
      const filled = await fillTables(client, ownerUrl, plainSpec(spec), { shards, workers, share }, log);
      if ("dataset" in filled) return filled.dataset;
      const load = { workers, bytes: filled.bytes, seconds: { rows: filled.seconds } };
      const finish = () => finishLoad(client, ownerUrl, load, log);
      return share ? ifAlone(client, finish) : withLoadLock(client, "alone", log, finish);
    });
  } catch (error) {
    throw explained(error);
  }
}

/** 64 shards, fewer for less than 640,000 messages, more (up to 1,000) for more than 4 million. */
function defaultShards({ messages }: DatasetSpec): number {
  const enough = Math.min(ENOUGH_SHARDS, Math.ceil(messages / FEWEST_MESSAGES));
  return Math.min(MOST_SHARDS, Math.max(enough, Math.ceil(messages / MOST_MESSAGES)));
}

function requirePossible(spec: DatasetSpec): void {
  const problems = specProblems(spec);
  if (problems.length === 0) return;
  const list = problems.map(({ problem }) => `\n  - ${problem}`).join("");
  throw new ExpectedError(`This dataset cannot be made:${list}`);
}

/** Makes the tables whole again once all parts are in; undefined as long as other shares are missing. */
async function finishLoad(
  client: Client,
  ownerUrl: string,
  load: { workers: number; bytes: number; seconds: Record<string, number> },
  log: Log,
): Promise<DatasetState | undefined> {
  const { spec, shards, result } = (await readLoad(client))!;
  if (result) return result;
  const lines = await readLines(client);
  const missing = missingParts(lines, partsOf({ shards }));
  if (missing.length > 0) {
    log(`this share is loaded; ${missing.length} of ${shards} shards are missing, which other shares load`);
    return undefined;
  }
  const rows = sumOfRows(lines);
  Object.assign(load.seconds, await finishTables(client, ownerUrl, rows, log));
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
