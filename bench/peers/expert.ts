import { tableNames } from "../../generator/tables";
import { withClient, withTransaction } from "../../postgres/connection";
import { dropDefinitions } from "../server/definitions";
import type { BenchDatabase } from "../server/server";
import { Phases, type Bench, type Peer, type Run } from "./peer";

/** More than the sort of any index here needs; with less, its builds by several processes were not faster. */
const MAINTENANCE_WORK_MEM = "512MB";

const timed = "COPY FREEZE from files, keys, indexes, foreign keys, VACUUM and ANALYZE, in turn.";

/** The script of somebody who knows PostgreSQL, in its best case: the server allows to skip the WAL. */
export const expert: Peer = {
  name: "expert",
  what: "the expert's script, WAL skipped",
  timed,
  settings: { wal_level: "minimal", max_wal_senders: "0" },
  prepare,
};

/** The same script on the server as the band has it, which can be backed up and replicated. */
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
      // Rows of a table that this transaction truncated can be frozen, and their WAL skipped under wal_level=minimal.
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
