import type { Client } from "pg";

/** The time limits that may be set for a role or a database. */
const TIME_LIMITS = [
  "statement_timeout",
  "transaction_timeout",
  "idle_in_transaction_session_timeout",
  "idle_session_timeout",
];

/**
 * Lifts the time limits of this session, because a load, a measurement or an index build may take hours. The limits apply
 * again to the role's next session. Waits for locks stay limited.
 */
export async function liftTimeLimits(client: Client): Promise<void> {
  // Older servers do not have all of these settings.
  await client.query("SELECT set_config(name, '0', false) FROM pg_settings WHERE name = ANY ($1)", [
    TIME_LIMITS,
  ]);
}
