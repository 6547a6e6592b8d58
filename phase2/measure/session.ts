import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { ExpectedError } from "../../runtime/errors";
import { explained } from "./interruption";

/** The advisory lock of a database's phase 2: "ph_2" in ASCII. */
export const PHASE_2_LOCK = 0x70685f32;

/** Limits that a role or database may have for its sessions: a measurement takes as long as it takes. */
const TIME_LIMITS = [
  "statement_timeout",
  "transaction_timeout",
  "idle_in_transaction_session_timeout",
  "idle_session_timeout",
];

/**
 * Works on one connection that nobody else's measurement or index build disturbs. Its settings are gone with it.
 *
 * @param ownerUrl the role that owns the tables
 * @param what the work, as errors name it, e.g. `The capture`
 * @throws ExpectedError when another run is at it, or the server or somebody stops the work
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
          "Two at a time would measure each other: wait until it has ended.",
        );
      }
      return work(client);
    });
  } catch (error) {
    throw explained(error, what);
  }
}

/** Settings of a session that measures or builds. */
export async function prepareSession(client: Client): Promise<void> {
  // Older servers do not have all of them.
  await client.query("SELECT set_config(name, '0', false) FROM pg_settings WHERE name = ANY ($1)", [
    TIME_LIMITS,
  ]);
  // A session whose program was killed ends in the middle of a statement too; not every system can tell.
  await client.query("SET client_connection_check_interval = '1s'").catch(() => undefined);
}

/** What is done inside of `undone`. */
export interface Undone {
  /** Refuse every statement that would change rows. */
  readOnly: boolean;
  /** There is a transaction around it already. */
  nested: boolean;
}

/** Runs `work` and takes back what it did, however it ends: nothing of it is ever committed. */
export async function undone<T>(
  client: Client,
  { readOnly, nested }: Undone,
  work: () => Promise<T>,
): Promise<T> {
  await client.query(nested ? "SAVEPOINT measured" : "BEGIN");
  try {
    if (readOnly) await client.query("SET LOCAL transaction_read_only = on");
    return await work();
  } finally {
    // A connection that is gone has taken it back by itself.
    const back = nested ? "ROLLBACK TO SAVEPOINT measured; RELEASE SAVEPOINT measured" : "ROLLBACK";
    await client.query(back).catch(() => undefined);
  }
}
