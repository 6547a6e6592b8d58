import type { Client } from "pg";

/** Creates the schema `chat_perf`, which keeps the records of this program apart from the application's tables. */
export async function ensureBookkeeping(client: Client): Promise<void> {
  const { rows } = await client.query("SELECT FROM pg_namespace WHERE nspname = 'chat_perf'");
  // CREATE SCHEMA IF NOT EXISTS requires the CREATE privilege even when the schema exists.
  if (rows.length === 0) await client.query("CREATE SCHEMA chat_perf");
}
