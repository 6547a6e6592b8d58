import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { INDEX_LANES } from "../parallelism";
import { prepareSession } from "./session";

/** Pages that a vacuum keeps before it writes them: with the default of 2MB it waits for the disk half of its time. */
const VACUUM_BUFFERS = "128MB";

/** Opens the lanes, works with them, and closes them. */
export function withLanes<T>(ownerUrl: string, work: (lanes: Client[]) => Promise<T>): Promise<T> {
  const open = (lanes: Client[]): Promise<T> =>
    lanes.length === INDEX_LANES
      ? work(lanes)
      : withClient(ownerUrl, async (client) => {
          await prepareSession(client);
          // A setting of PostgreSQL 16 and later.
          await client.query(
            "SELECT set_config(name, $1, false) FROM pg_settings WHERE name = 'vacuum_buffer_usage_limit'",
            [VACUUM_BUFFERS],
          );
          // Lanes keep all processors busy already: helpers of a build would only be in the way.
          if (INDEX_LANES > 1) await client.query("SET max_parallel_maintenance_workers = 0");
          return open([...lanes, client]);
        });
  return open([]);
}

/** Work on one table. */
export interface Item {
  table: string;
  /** Whether it locks out all other work on its table; index builds do not lock out each other. */
  alone: boolean;
}

/**
 * Goes through the items: each lane takes the first one that is left and that no running one locks out. When one
 * fails, none is begun any more.
 */
export async function deal<T extends Item>(
  lanes: Client[],
  items: readonly T[],
  work: (lane: Client, item: T) => Promise<void>,
): Promise<void> {
  let left = [...items];
  const running = new Set<T>();
  const waiting: (() => void)[] = [];
  const free = (item: T): boolean =>
    [...running].every((other) => other.table !== item.table || !(other.alone || item.alone));

  async function takeTurns(lane: Client): Promise<void> {
    while (left.length > 0) {
      const item = left.find(free);
      if (item === undefined) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        continue;
      }
      left = left.filter((other) => other !== item);
      running.add(item);
      try {
        await work(lane, item);
      } catch (error) {
        left = [];
        throw error;
      } finally {
        running.delete(item);
        for (const wake of waiting.splice(0)) wake();
      }
    }
  }
  await Promise.all(lanes.map(takeTurns));
}
