import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { lockPatience, requireOwnHolders } from "../../postgres/lock-waits";
import type { Log } from "../../common/progress";
import { shardName, type Shard } from "./shards";

/** The key of the advisory lock on a database's dataset: "chat" in ASCII. */
const LOAD_LOCK = 0x63686174;
/** How often a lock is tried again, milliseconds. A wait inside the server would end at the role's time limits. */
const RETRY_MS = 200;

/** `shared`: together with other runs that fill the database. `exclusive`: to open, finish or clear a load. */
type Mode = "shared" | "exclusive";

/** Runs `work` with the lock on the dataset. Waits while another run holds it, and says so in the log. */
export async function withLoadLock<T>(
  client: Client,
  mode: Mode,
  log: Log,
  work: () => Promise<T>,
): Promise<T> {
  if (!(await tryLock(client, mode))) {
    log(`waiting for another run that uses the dataset of database "${client.database ?? ""}"`);
    await waitForLock(client, mode);
  }
  return releaseAfter(client, mode, work);
}

/** Runs `work` with the exclusive lock, or returns undefined at once when another run holds the lock. */
export async function withLoadLockIfFree<T>(client: Client, work: () => Promise<T>): Promise<T | undefined> {
  return (await tryLock(client, "exclusive")) ? releaseAfter(client, "exclusive", work) : undefined;
}

/** Claims a shard until the end of the transaction. Returns false when another worker has claimed it. */
export async function claimShard(client: Client, shard: Shard): Promise<boolean> {
  const { rows } = await client.query<{ claimed: boolean }>(
    "SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS claimed",
    [LOAD_LOCK, shardName(shard)],
  );
  return rows[0]!.claimed;
}

/** @throws ExpectedError naming the session of another program that has claimed one of the shards */
export async function requireOwnClaims(client: Client, shards: readonly Shard[]): Promise<void> {
  for (const shard of shards) await requireOwnHolders(client, { key: LOAD_LOCK, name: shardName(shard) });
}

/** Another program may hold the lock for a while. Runs of this program may hold it for hours. */
async function waitForLock(client: Client, mode: Mode): Promise<void> {
  const deadline = Date.now() + (await lockPatience(client));
  while (!(await tryLock(client, mode))) {
    if (Date.now() > deadline) await requireOwnHolders(client, { key: LOAD_LOCK });
    await delay(RETRY_MS);
  }
}

async function tryLock(client: Client, mode: Mode): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_lock${mode === "shared" ? "_shared" : ""}($1) AS locked`,
    [LOAD_LOCK],
  );
  return rows[0]!.locked;
}

async function releaseAfter<T>(client: Client, mode: Mode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    const unlock = `pg_advisory_unlock${mode === "shared" ? "_shared" : ""}`;
    await client.query(`SELECT ${unlock}($1)`, [LOAD_LOCK]).catch(() => undefined);
  }
}
