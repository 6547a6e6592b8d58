import type { Client } from "pg";

/** Limits that a role or database may have for its sessions. A load takes as long as it takes. */
const TIME_LIMITS = [
  "statement_timeout",
  "transaction_timeout",
  "idle_in_transaction_session_timeout",
  "idle_session_timeout",
];

/**
 * Settings of a loading session, gone with it. A commit is on this server's disk before the next part begins: a crash
 * of the server costs the parts in flight only, and VACUUM sees every row as visible to all, which it does not while
 * the row's commit is still to be written. There is no limit of time but for waiting on other sessions' locks.
 */
export async function prepareSession(client: Client): Promise<void> {
  await client.query("SET synchronous_commit = local");
  // Older servers do not have all of them.
  await client.query("SELECT set_config(name, '0', false) FROM pg_settings WHERE name = ANY ($1)", [
    TIME_LIMITS,
  ]);
}
