import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { withClient, withTransaction } from "../../postgres/connection";
import { DatasetRows } from "../rows/dataset-rows";
import type { DatasetSpec } from "../spec";
import { hasLine, readLines, type Load } from "./ledger";
import { claimPart, holdLoad } from "./locks";
import { PartLoader, type Sent } from "./part-loader";
import { partName, partsOf, type PartKey, type Share } from "./parts";
import { prepareSession } from "./session";

/** What a worker can get ready for. */
export interface WorkerJob {
  ownerUrl: string;
  spec: DatasetSpec;
}

/** What it waits for: a load that is open, and which share of it to write. */
export interface OpenLoad extends Pick<Load, "shards"> {
  share: Share | undefined;
}

/** How often parts that others hold are looked at again, milliseconds. */
const LOOK_AGAIN_MS = 50;

/**
 * Makes its plan, waits for the load, and loads parts of the share until all of them are in the ledger, whoever put
 * them there: a part that another worker is at is left to it, and taken up if that one is stopped.
 *
 * @param report called with each part that this worker has committed
 */
export async function work(
  { ownerUrl, spec }: WorkerJob,
  report: (sent: Sent) => void,
  opened: Promise<OpenLoad>,
): Promise<void> {
  const rows = new DatasetRows(spec);
  const { shards, share } = await opened;
  await withClient(ownerUrl, async (client) => {
    await prepareSession(client);
    await holdLoad(client);
    const loader = new PartLoader(client, rows, shards);
    const present = new Set((await readLines(client)).map(partName));
    let left = partsOf({ shards }, share).filter((part) => !present.has(partName(part)));
    while (left.length > 0) {
      const held: PartKey[] = [];
      for (const part of left) {
        const outcome = await loadPart(client, loader, part);
        if (outcome === "held") held.push(part);
        else if (outcome !== "present") report(outcome);
      }
      if (held.length === left.length) await delay(LOOK_AGAIN_MS);
      left = held;
    }
  });
}

/** Loads one part in a transaction of its own, unless another worker is at it or was. */
function loadPart(client: Client, loader: PartLoader, part: PartKey): Promise<Sent | "held" | "present"> {
  return withTransaction(client, async () => {
    if (!(await claimPart(client, part))) return "held";
    // Looked up after the claim: whoever had claimed it before has committed by now.
    return (await hasLine(client, part)) ? "present" : loader.load(part);
  });
}
