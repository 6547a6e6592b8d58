import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { requireOwnHolders } from "../../postgres/lock-waits";
import type { Log } from "../../runtime/progress";
import type { PartKey } from "./parts";

/** The advisory lock of a database's dataset: "chat" in ASCII. */
const LOAD_LOCK = 0x63686174;
/** How often a lock is tried again, milliseconds. Waiting inside the server would meet the role's timeouts. */
const TRY_AGAIN_MS = 200;
/** How long another program may hold the lock, milliseconds. */
const STRANGERS_MS = 60_000;

/**
 * Runs `work` together with others that fill the same database (`shared`), or alone: to open, finish or clear a load.
 * Waits for whoever holds the lock now, and says so.
 */
export async function withLoadLock<T>(
  client: Client,
  mode: "shared" | "alone",
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  if (!(await tryLock(client, mode))) {
    log(`waiting for another run that is at the dataset of database "${client.database ?? ""}"`);
    await waitForLock(client, mode);
  }
  return releasing(client, mode, work);
}

/** Runs `work` alone, or returns undefined at once when others are at the dataset. */
export async function ifAlone<T>(client: Client, work: () => Promise<T>): Promise<T | undefined> {
  return (await tryLock(client, "alone")) ? releasing(client, "alone", work) : undefined;
}

/** Holds the shared lock for the rest of the session: nobody finishes or clears a load under a worker. */
export async function holdLoad(client: Client): Promise<void> {
  await waitForLock(client, "shared");
}

/** Claims a part until the end of the transaction. Returns false when another worker has it. */
export async function claimPart(client: Client, { part, number }: PartKey): Promise<boolean> {
  const { rows } = await client.query<{ claimed: boolean }>(
    "SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS claimed",
    [LOAD_LOCK, `${part} ${number}`],
  );
  return rows[0]!.claimed;
}

async function waitForLock(client: Client, mode: "shared" | "alone"): Promise<void> {
  const patience = Date.now() + STRANGERS_MS;
  while (!(await tryLock(client, mode))) {
    if (Date.now() > patience) await requireOwnHolders(client, LOAD_LOCK);
    await delay(TRY_AGAIN_MS);
  }
}

async function tryLock(client: Client, mode: "shared" | "alone"): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_lock${mode === "shared" ? "_shared" : ""}($1) AS locked`,
    [LOAD_LOCK],
  );
  return rows[0]!.locked;
}

async function releasing<T>(client: Client, mode: "shared" | "alone", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    const unlock = `pg_advisory_unlock${mode === "shared" ? "_shared" : ""}`;
    await client.query(`SELECT ${unlock}($1)`, [LOAD_LOCK]).catch(() => undefined);
  }
}
