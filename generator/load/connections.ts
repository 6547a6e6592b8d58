import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { INDEX_CONNECTIONS } from "../parallelism";
import { prepareSession } from "./session";

/** Memory for pages that VACUUM has changed. With PostgreSQL's default of 2MB, VACUUM waits for the disk half of its time. */
const VACUUM_BUFFERS = "128MB";

/** Opens the connections that build indexes side by side, runs `work`, and closes them. */
export function withConnections<T>(
  ownerUrl: string,
  work: (connections: Client[]) => Promise<T>,
): Promise<T> {
  const open = (connections: Client[]): Promise<T> =>
    connections.length === INDEX_CONNECTIONS
      ? work(connections)
      : withClient(ownerUrl, async (client) => {
          await prepareSession(client);
          // Only PostgreSQL 16 and later have this setting.
          await client.query(
            "SELECT set_config(name, $1, false) FROM pg_settings WHERE name = 'vacuum_buffer_usage_limit'",
            [VACUUM_BUFFERS],
          );
          // The connections already keep all processors busy, so parallel workers would only slow them down.
          if (INDEX_CONNECTIONS > 1) await client.query("SET max_parallel_maintenance_workers = 0");
          return open([...connections, client]);
        });
  return open([]);
}

/** A piece of work on one table. */
export interface TableWork {
  table: string;
  /** Whether it excludes all other work on its table. Index builds do not exclude each other. */
  exclusive: boolean;
}

/**
 * Runs all items on the connections. Each connection takes the first item that no running item excludes. When one item
 * fails, no further item is started.
 */
export async function runOnConnections<T extends TableWork>(
  connections: Client[],
  items: readonly T[],
  work: (connection: Client, item: T) => Promise<void>,
): Promise<void> {
  let left = [...items];
  const running = new Set<T>();
  const waiting: (() => void)[] = [];
  const canStart = (item: T): boolean =>
    [...running].every((other) => other.table !== item.table || !(other.exclusive || item.exclusive));

  async function runItems(connection: Client): Promise<void> {
    while (left.length > 0) {
      const item = left.find(canStart);
      if (item === undefined) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        continue;
      }
      left = left.filter((other) => other !== item);
      running.add(item);
      try {
        await work(connection, item);
      } catch (error) {
        left = [];
        throw error;
      } finally {
        running.delete(item);
        for (const wake of waiting.splice(0)) wake();
      }
    }
  }
  await Promise.all(connections.map(runItems));
}
