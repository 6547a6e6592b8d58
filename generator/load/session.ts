import type { Client } from "pg";

/** Memory of one index build, unless the server gives more. */
const MAINTENANCE_WORK_MEM = "256MB";
/** How long to wait for a table that another session has locked, unless the role has its own limit. */
const LOCK_TIMEOUT = "60s";

/**
 * Settings of a loading session, gone with it. A commit is on this server's disk before the next part begins: a crash
 * of the server costs the parts in flight only, and VACUUM sees every row as visible to all, which it does not while
 * the row's commit is still to be written. A statement may take as long as it takes, but waits for other people's
 * locks only so long.
 */
export async function prepareSession(client: Client): Promise<void> {
  await client.query(
    "SET synchronous_commit = local; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0",
  );
  await client.query(
    "SELECT set_config('lock_timeout', $1, false) WHERE current_setting('lock_timeout') = '0'",
    [LOCK_TIMEOUT],
  );
  await client.query(
    `SELECT set_config('maintenance_work_mem', $1, false)
     WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes($1)`,
    [MAINTENANCE_WORK_MEM],
  );
}
