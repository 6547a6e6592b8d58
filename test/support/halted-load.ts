import { setImmediate } from "node:timers/promises";
import { Client } from "pg";
import type { ExpectedError } from "../../common/errors";
import { withClient } from "../../postgres/connection";
import { failureOf } from "./rejection";
import type { TestDatabase } from "./server";

/** The key of the lock at which a load waits: "halt" in ASCII. */
const HALT = 0x68616c74;
const silent = (): void => undefined;

/** What happens to a halted load, seen from the administrator's connection; with the load's server processes. */
export type Happening = (watcher: Client, backends: { worker: number; parent: number }) => Promise<unknown>;

export async function asAdministrator(database: TestDatabase, ...statements: string[]): Promise<void> {
  await withClient(database.adminUrl, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** Stops a load in the middle of its third shard, runs something that disturbs it, and returns its error. */
export async function failureOfHaltedLoad(
  database: TestDatabase,
  load: () => Promise<unknown>,
  happen: Happening,
): Promise<ExpectedError> {
  await asAdministrator(
    database,
    // The load tries check constraints before it has a ledger.
    `CREATE FUNCTION halt(at timestamp) RETURNS boolean LANGUAGE plpgsql AS
       $$ BEGIN IF at >= '2025-09-01' AND to_regclass('chat_perf.load') IS NOT NULL THEN
         PERFORM pg_advisory_xact_lock_shared(${HALT}); END IF; RETURN true; END $$`,
    `ALTER TABLE messages ADD CONSTRAINT halt CHECK (public.halt("createdAt"))`,
  );
  const watcher = new Client(database.adminUrl);
  watcher.on("error", silent);
  await watcher.connect();
  try {
    await watcher.query("SELECT pg_advisory_lock($1)", [HALT]);
    const failure = failureOf(load());
    failure.catch(silent);
    let backends;
    while ((backends = await haltedBackends(watcher, database)) === undefined) await setImmediate();
    await happen(watcher, backends);
    await watcher.end().catch(silent);
    return await failure;
  } finally {
    await watcher.end().catch(silent);
    await asAdministrator(database, "ALTER TABLE messages DROP CONSTRAINT halt", "DROP FUNCTION halt");
  }
}

async function haltedBackends(
  watcher: Client,
  { ownerRole }: TestDatabase,
): Promise<{ worker: number; parent: number } | undefined> {
  const { rows } = await watcher.query<{ pid: number; waits: boolean }>(
    `SELECT pid, wait_event_type IS NOT DISTINCT FROM 'Lock' AS waits FROM pg_stat_activity
     WHERE usename = $1 AND application_name = 'chat-perf' ORDER BY backend_start`,
    [ownerRole],
  );
  const worker = rows.find(({ waits }) => waits)?.pid;
  return worker === undefined ? undefined : { worker, parent: rows[0]!.pid };
}
