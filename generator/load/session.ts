import type { Client } from "pg";
import { liftTimeLimits } from "../../postgres/time-limits";

/**
 * Prepares a session for loading. The settings end with the session.
 *
 * Each commit waits until it is on the server's own disk. A crash of the server then costs only the shards in flight.
 * VACUUM can also mark every row as visible to all, which it cannot do before the row's commit is written.
 */
export async function prepareSession(client: Client): Promise<void> {
  await client.query("SET synchronous_commit = local");
  await liftTimeLimits(client);
}
