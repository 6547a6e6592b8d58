import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { liftTimeLimits } from "../../postgres/time-limits";
import { ExpectedError } from "../../common/errors";
import { toExpectedError } from "./interruption";

/** The key of the advisory lock on phase 2 of a database: "ph_2" in ASCII. */
export const PHASE_2_LOCK = 0x70685f32;

/**
 * Runs `work` on one connection, while no other run measures or builds indexes in the database. The settings of the
 * session end with it.
 *
 * @param ownerUrl the role that owns the tables
 * @param what the work as errors name it, e.g. `The capture`
 * @throws ExpectedError when another run uses the database, or the server stops the work
 */
export async function withPhase2<T>(
  ownerUrl: string,
  what: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    return await withClient(ownerUrl, async (client) => {
      await prepareSession(client);
      const { rows } = await client.query<{ alone: boolean }>("SELECT pg_try_advisory_lock($1) AS alone", [
        PHASE_2_LOCK,
      ]);
      if (!rows[0]!.alone) {
        throw new ExpectedError(
          `Another run is measuring or building indexes in database "${client.database ?? ""}".`,
          "Two runs at the same time would disturb each other. Wait until the other run has ended.",
        );
      }
      return work(client);
    });
  } catch (error) {
    throw toExpectedError(error, what);
  }
}

/** Prepares a session that measures or builds indexes. */
export async function prepareSession(client: Client): Promise<void> {
  await liftTimeLimits(client);
}

/** How `withRollback` runs its work. */
export interface RollbackOptions {
  /** Whether the server refuses every statement that would change rows. */
  readOnly: boolean;
  /** Whether the client is in a transaction already. The work then runs behind a savepoint. */
  nested: boolean;
}

/** Runs `work` in a transaction that is always rolled back. */
export async function withRollback<T>(
  client: Client,
  { readOnly, nested }: RollbackOptions,
  work: () => Promise<T>,
): Promise<T> {
  await client.query(nested ? "SAVEPOINT measured" : "BEGIN");
  try {
    if (readOnly) await client.query("SET LOCAL transaction_read_only = on");
    return await work();
  } finally {
    // When the connection is lost, the server has rolled back already.
    const back = nested ? "ROLLBACK TO SAVEPOINT measured; RELEASE SAVEPOINT measured" : "ROLLBACK";
    await client.query(back).catch(() => undefined);
  }
}
