import type { Client } from "pg";
import { withTransaction } from "../../postgres/connection";
import { wholeTables } from "../rows/dataset-rows";
import { missingShards, readEntries, type Load } from "./ledger";
import { shardsOf } from "./shards";

/**
 * Removes the shards after the first missing one, so that no row refers to one that is not loaded: replies refer to
 * earlier messages, and all messages to users and conversations. These are the few shards that other workers had
 * committed when a load failed.
 */
export async function removeShardsAfterGap(client: Client, { shards }: Load): Promise<void> {
  const entries = await readEntries(client);
  const missing = missingShards(entries, shardsOf({ shards }));
  if (missing.length === 0) return;
  // Missing shards are in the order in which shards are started, with the small tables first.
  const { part, number } = missing[0]!;
  await withTransaction(client, () =>
    part === "messages" ? removeMessages(client, number) : removeAllAfter(client, part),
  );
}

async function removeMessages(client: Client, first: number): Promise<void> {
  const { rows } = await client.query<{ from: string | null }>(
    `WITH removed AS (DELETE FROM chat_perf.shard WHERE part = 'messages' AND number >= $1 RETURNING from_time)
     SELECT min(from_time)::text AS "from" FROM removed`,
    [first],
  );
  const { from } = rows[0]!;
  if (from === null) return;
  for (const table of ["attachments", "message_reads"]) {
    await client.query(
      `DELETE FROM ${table} USING messages WHERE messages.id = "messageId" AND messages."createdAt" >= $1`,
      [from],
    );
  }
  await client.query(`DELETE FROM messages WHERE "createdAt" >= $1`, [from]);
}

/** Empties the tables that come after a small table which is not loaded. */
async function removeAllAfter(client: Client, missing: (typeof wholeTables)[number]): Promise<void> {
  const later = wholeTables.slice(wholeTables.indexOf(missing) + 1);
  await client.query("DELETE FROM chat_perf.shard WHERE part = ANY ($1)", [["messages", ...later]]);
  await client.query(`TRUNCATE ${[...later, "messages", "attachments", "message_reads"].join(", ")}`);
}
