import type { Client } from "pg";
import { liftTimeLimits } from "../../postgres/time-limits";

/**
 * Prepares a session for loading. The settings end with the session.
 *
 * Each commit waits until it is on the server's own disk. A crash of the server then costs only the shards in flight.
 * VACUUM can also mark every row as visible to all, which it cannot do before the row's commit is written.
 *
 * Table names mean those of the schema that the URL names, or of `public`, whatever search path the role has. Times are in
 * UTC, as those of the dataset are.
 */
export async function prepareSession(client: Client): Promise<void> {
  await client.query("SET synchronous_commit = local");
  await client.query("SET timezone = 'UTC'");
  await client.query(
    "SELECT set_config('search_path', 'public', false) FROM pg_settings WHERE name = 'search_path' AND source <> 'session'",
  );
  await liftTimeLimits(client);
}
