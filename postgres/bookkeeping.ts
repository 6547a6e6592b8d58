import type { Client } from "pg";

/** Makes the schema `chat_perf`, where what this program remembers lies apart from the application's tables. */
export async function ensureBookkeeping(client: Client): Promise<void> {
  const { rows } = await client.query("SELECT FROM pg_namespace WHERE nspname = 'chat_perf'");
  // IF NOT EXISTS asks for the right to create schemas even when there is nothing to create.
  if (rows.length === 0) await client.query("CREATE SCHEMA chat_perf");
}
