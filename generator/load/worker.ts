import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { withClient, withTransaction } from "../../postgres/connection";
import { DatasetRows } from "../rows/dataset-rows";
import type { DatasetSpec } from "../spec";
import { hasLine, missingParts, readLines, type Load } from "./ledger";
import { claimPart, holdLoad } from "./locks";
import { PartLoader, type Sent } from "./part-loader";
import { partsOf, type PartKey, type Share } from "./parts";
import { prepareSession } from "./session";

/** What a worker can get ready for. */
export interface WorkerJob {
  ownerUrl: string;
  spec: DatasetSpec;
  /** Which of the workers it is, from 0, and how many there are. */
  turn: { number: number; of: number };
}

/** What it waits for: a load that is open, and which share of it to write. */
export interface OpenLoad extends Pick<Load, "shards"> {
  share: Share | undefined;
}

/** How often parts that others hold are looked at again, milliseconds. */
const LOOK_AGAIN_MS = 10;

/**
 * Makes its plan, connects, waits for the load, and loads parts of the share until all of them are in the ledger,
 * whoever put them there: a part that another worker is at is left to it, and taken up if that one is stopped.
 *
 * @param report called with each part that this worker has committed
 */
export async function work(
  { ownerUrl, spec, turn }: WorkerJob,
  report: (sent: Sent) => void,
  opened: Promise<OpenLoad>,
): Promise<void> {
  const rows = new DatasetRows(spec);
  rows.rehearse();
  await withClient(ownerUrl, async (client) => {
    await prepareSession(client);
    const { shards, share } = await opened;
    await holdLoad(client);
    const loader = new PartLoader(client, rows, shards);
    const all = partsOf({ shards }, share);
    // Dealt by place, whatever is there when each worker looks, so that they do not meet.
    const dealt = all.filter((_, place) => place % turn.of === turn.number);
    let parts = missingParts(await readLines(client), dealt);
    do {
      let loaded = 0;
      for (const [i, part] of parts.entries()) {
        const sent = await loadPart(client, loader, part, parts[i + 1]);
        if (sent === undefined) continue;
        report(sent);
        loaded++;
      }
      if (parts.length > 0 && loaded === 0) await delay(LOOK_AGAIN_MS);
      // What is left at the end belongs to whoever is free.
      parts = missingParts(await readLines(client), all);
    } while (parts.length > 0);
  });
}

/**
 * Loads one part in a transaction of its own, unless another worker is at it or was. While the server writes the commit
 * to its disk, which leaves a processor free, the messages of the next part are made.
 */
function loadPart(
  client: Client,
  loader: PartLoader,
  part: PartKey,
  next: PartKey | undefined,
): Promise<Sent | undefined> {
  return withTransaction(
    client,
    async () => {
      if (!(await claimPart(client, part))) return undefined;
      // Looked up after the claim: whoever had claimed it before has committed by now.
      return (await hasLine(client, part)) ? undefined : loader.load(part);
    },
    () => {
      if (next) loader.prepare(next);
    },
  );
}
