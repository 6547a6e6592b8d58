import { tableNames } from "../../generator/tables";
import { withClient, withTransaction } from "../../postgres/connection";
import { dropDefinitions } from "../server/definitions";
import type { BenchDatabase } from "../server/server";
import { Phases, type Bench, type Peer, type Run } from "./peer";

/** More memory than the sort of any index here needs. With less, parallel builds were not faster. */
const MAINTENANCE_WORK_MEM = "512MB";

const timed = "COPY FREEZE from files, keys, indexes, foreign keys, VACUUM and ANALYZE, in turn.";

/** The script of a PostgreSQL expert in its best case, in which the server allows it to skip the write-ahead log. */
export const expert: Peer = {
  name: "expert",
  what: "the expert's script, WAL skipped",
  timed,
  settings: { wal_level: "minimal", max_wal_senders: "0" },
  prepare,
};

/** The same script on a server with the settings of the band, which can be backed up and replicated. */
export const expertOnBand: Peer = {
  name: "expert-logged",
  what: "the expert's script, WAL-logged",
  timed,
  rounds: 1,
  prepare,
};

async function prepare(bench: Bench, { adminUrl }: BenchDatabase): Promise<() => Promise<Run>> {
  const files = bench.rowFiles();
  const definitions = await withClient(adminUrl, dropDefinitions);
  return () =>
    withClient(adminUrl, async (client) => {
      const phases = new Phases();
      await client.query(`SET maintenance_work_mem = '${MAINTENANCE_WORK_MEM}'`);
      // In a table that this transaction has truncated, rows can be frozen, and wal_level=minimal skips their log.
      await phases.time("rows", () =>
        withTransaction(client, async () => {
          await client.query(`TRUNCATE ${tableNames.join(", ")}`);
          for (const table of tableNames) {
            await client.query(`COPY ${table} FROM '${files[table].path}' (FORMAT binary, FREEZE)`);
          }
        }),
      );
      for (const { phase, create } of definitions) await phases.time(phase, () => client.query(create));
      for (const table of tableNames) await phases.time("vacuum", () => client.query(`VACUUM ${table}`));
      for (const table of tableNames) await phases.time("analyze", () => client.query(`ANALYZE ${table}`));
      const sum = (key: "rows" | "bytes"): number =>
        tableNames.reduce((total, table) => total + files[table][key], 0);
      return { rows: sum("rows"), bytes: sum("bytes"), seconds: phases.seconds };
    });
}
