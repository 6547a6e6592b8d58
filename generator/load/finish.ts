import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { Progress, type Log } from "../../runtime/progress";
import { tableNames } from "../tables";
import { restore, savedDefinitions, type DefinitionKind } from "./definitions";

/** Memory of one index build, unless the server gives more. */
const MAINTENANCE_WORK_MEM = "256MB";

/**
 * Keys and indexes as they were, VACUUM (ANALYZE), foreign keys as they were. The vacuum comes before the foreign
 * keys because their checks then read indexes instead of tables, a third of the time.
 *
 * @returns the seconds of each phase
 */
export function finishTables(client: Client, ownerUrl: string, log: Log): Promise<Record<string, number>> {
  return withClient(ownerUrl, async (second) => {
    await prepareSession(second);
    const lanes = [client, second];
    return {
      keys: await restoreAll(lanes, "key", "keys", log),
      indexes: await restoreAll(lanes, "index", "indexes", log),
      analyze: await vacuum(lanes, log),
      // Two foreign keys that share a table would only wait for each other's lock.
      "foreign keys": await restoreAll([client], "foreign key", "foreign keys", log),
    };
  });
}

async function restoreAll(lanes: Client[], kind: DefinitionKind, label: string, log: Log): Promise<number> {
  const definitions = await savedDefinitions(lanes[0]!, kind);
  const progress = new Progress(label, definitions.length, label, log);
  await restore(lanes, definitions, progress);
  return progress.finish();
}

async function vacuum(lanes: Client[], log: Log): Promise<number> {
  const progress = new Progress("analyze", tableNames.length, "tables", log);
  const left = [...tableNames].reverse().values();
  await Promise.all(
    lanes.map(async (client) => {
      for (const table of left) {
        await client.query(`VACUUM (ANALYZE) public.${table}`);
        progress.advance(1);
      }
    }),
  );
  return progress.finish();
}

/** Settings of this session only. A commit need not reach the disk at once: ledger and rows are lost together or not. */
export async function prepareSession(client: Client): Promise<void> {
  await client.query("SET synchronous_commit = off");
  await client.query(
    `SELECT set_config('maintenance_work_mem', $1, false)
     WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes($1)`,
    [MAINTENANCE_WORK_MEM],
  );
}
