import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { INDEX_LANES } from "../parallelism";
import { prepareSession } from "./session";

/** Opens the lanes, works with them, and closes them. */
export function withLanes<T>(ownerUrl: string, work: (lanes: Client[]) => Promise<T>): Promise<T> {
  const open = (lanes: Client[]): Promise<T> =>
    lanes.length === INDEX_LANES
      ? work(lanes)
      : withClient(ownerUrl, async (client) => {
          await prepareSession(client);
          // Lanes keep all processors busy already: helpers of each build would only divide its memory.
          if (INDEX_LANES > 1) await client.query("SET max_parallel_maintenance_workers = 0");
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
