import { DatabaseError } from "pg";
import { withAdministrator, withClient } from "../../postgres/connection";
import type { Log } from "../../common/progress";
import { clearDataset } from "./clear";

const MARK = "chat-perf: to be cleared before the next load";

/** SQLSTATEs of a schema or a table that is not there. */
const NO_LEDGER = new Set(["3F000", "42P01"]);

/**
 * Has the next load clear the dataset first, by a comment on the ledger, which runs no code of the owner. Nothing to do
 * where there is no dataset.
 */
export function clearLater(adminUrl: string): Promise<void> {
  return withAdministrator(adminUrl, async (client) => {
    await client.query(`COMMENT ON TABLE chat_perf.load IS '${MARK}'`).catch((error: unknown) => {
      if (!(error instanceof DatabaseError && NO_LEDGER.has(error.code ?? ""))) throw error;
    });
  });
}

/** Clears the dataset if `clearLater` has asked for it. */
export async function clearIfAsked(ownerUrl: string, log: Log): Promise<void> {
  const { rows } = await withClient(ownerUrl, (client) =>
    client.query<{ asked: boolean | null }>(
      "SELECT obj_description(to_regclass('chat_perf.load'), 'pg_class') = $1 AS asked",
      [MARK],
    ),
  );
  if (rows[0]!.asked === true) await clearDataset(ownerUrl, log);
}
