import type { Client } from "pg";
import { tableNames } from "../tables";

/**
 * Moves the sequence of each id that has one (`bigserial`, identity) behind the loaded ids, so that the application's next
 * row has an id of its own, and the largest.
 */
export async function advanceSequences(client: Client): Promise<void> {
  for (const table of tableNames) {
    const { rows } = await client.query<{ sequence: string | null }>(
      "SELECT pg_get_serial_sequence(quote_ident($1), 'id') AS sequence",
      [table],
    );
    const { sequence } = rows[0]!;
    if (sequence !== null) await client.query(`SELECT setval($1, max(id)) FROM ${table}`, [sequence]);
  }
}
