import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { Progress, type Log } from "../../runtime/progress";
import { tableNames } from "../tables";
import { restore, savedDefinitions } from "./definitions";

/** Memory of one index build, unless the server gives more. */
const MAINTENANCE_WORK_MEM = "256MB";

/** Keys, indexes and foreign keys as they were; then VACUUM (ANALYZE). Two connections share what can be shared. */
export async function finishTables(
  client: Client,
  ownerUrl: string,
  log: Log,
): Promise<Record<string, number>> {
  return await withClient(ownerUrl, async (second) => {
    await prepareSession(second);
    const seconds: Record<string, number> = {};
    for (const [label, kind] of [
      ["keys", "key"],
      ["indexes", "index"],
      ["foreign keys", "foreign key"],
    ] as const) {
      const definitions = await savedDefinitions(client, kind);
      const progress = new Progress(label, definitions.length, label, log);
      // Two foreign keys that share a table would only wait for each other's lock.
      await restore(kind === "foreign key" ? [client] : [client, second], definitions, progress);
      seconds[label] = progress.finish();
    }
    const progress = new Progress("analyze", tableNames.length, "tables", log);
    const left = [...tableNames].reverse().values();
    await Promise.all(
      [client, second].map(async (lane) => {
        for (const table of left) {
          await lane.query(`VACUUM (ANALYZE) public.${table}`);
          progress.advance(1);
        }
      }),
    );
    seconds.analyze = progress.finish();
    return seconds;
  });
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
