import { availableParallelism } from "node:os";
import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { prepareSession } from "./session";

/** Connections that work side by side; each may use as much maintenance memory as the session allows. */
const LANES = Math.min(4, availableParallelism());

/** Opens the lanes, works with them, and closes them. */
export function withLanes<T>(ownerUrl: string, work: (lanes: Client[]) => Promise<T>): Promise<T> {
  const open = (lanes: Client[]): Promise<T> =>
    lanes.length === LANES
      ? work(lanes)
      : withClient(ownerUrl, async (client) => {
          await prepareSession(client);
          return open([...lanes, client]);
        });
  return open([]);
}

/** Goes through the items: each lane takes the next one that is left. */
export async function deal<T>(
  lanes: Client[],
  items: Iterable<T>,
  work: (lane: Client, item: T) => Promise<void>,
): Promise<void> {
  // One iterator for all lanes.
  const left = [...items].values();
  await Promise.all(
    lanes.map(async (lane) => {
      for (const item of left) await work(lane, item);
    }),
  );
}
