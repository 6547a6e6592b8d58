import type { Client } from "pg";
import { formatCount } from "../../common/format";
import { withTransaction } from "../../postgres/connection";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { forecastInSubprocess } from "../forecast";
import type { DatasetSpec } from "../spec";
import { requireFittingTables } from "../layout/inspect";
import { tableNames } from "../tables";
import { areBare, saveAndDrop } from "./definitions";
import { countRows, requireOwnRows, requireSameDataset } from "./guards";
import { createLedger, missingShards, readEntries, readLoad, sumOfRows, type Load } from "./ledger";
import { withLoadLock } from "./locks";
import { shardsOf, type Partition } from "./shards";

/**
 * Opens a new load, unless the database has one: logs its forecast, creates its ledger, and drops keys and indexes.
 *
 * @param opening called before a load is opened, which takes some seconds
 * @throws ExpectedError when the tables do not fit the dataset, or hold rows
 */
export async function openLoad(
  client: Client,
  ownerUrl: string,
  spec: DatasetSpec,
  { shards, workers }: { shards: number; workers: number },
  log: Log,
  opening: () => void,
): Promise<void> {
  const database = client.database ?? "";
  const load = await readLoad(client);
  if (load !== undefined) return prepareAgain(client, load, spec, log);
  await withLoadLock(client, "exclusive", log, async () => {
    if ((await readLoad(client)) !== undefined) return;
    const layout = await requireFittingTables(client, spec);
    requireOwnRows(database, await countRows(client), {});
    opening();
    await forecastInSubprocess({ ownerUrl, spec, workers }, log);
    await withTransaction(client, async () => {
      await createLedger(client, spec, shards, layout);
      await saveAndDrop(client);
    });
    log(`${formatCount(spec.messages)} messages in ${shards} shards, ${workers} workers`);
  });
}

/** Drops keys and indexes again, when a load that failed has restored them and has rows left to load. */
async function prepareAgain(client: Client, load: Load, spec: DatasetSpec, log: Log): Promise<void> {
  requireSameDataset(load, spec, client.database ?? "");
  const prepared = async (): Promise<boolean> =>
    (await areBare(client)) || missingShards(await readEntries(client), shardsOf(load)).length === 0;
  if (await prepared()) return;
  await withLoadLock(client, "exclusive", log, async () => {
    if (await prepared()) return;
    await requireFittingTables(client, spec);
    await withTransaction(client, () => saveAndDrop(client));
  });
}

/**
 * Reads the open load and checks that a run with this spec may continue it.
 *
 * @throws ExpectedError when the load has another spec, or the tables hold rows that are not in the ledger
 */
export async function checkLoad(
  client: Client,
  spec: DatasetSpec,
  partition: Partition | undefined,
  log: Log,
): Promise<Load> {
  const database = client.database ?? "";
  const load = await readLoad(client);
  if (load === undefined) {
    throw new ExpectedError(
      `Another run has just cleared the dataset of database "${database}".`,
      "Run the same command again.",
    );
  }
  requireSameDataset(load, spec, database);
  if (load.result) {
    log(`The dataset is already complete: ${formatCount(load.spec.messages)} messages.`);
    return load;
  }
  const present = await checkRows(client, database);
  if (present > 0) log(`resuming: ${present} of ${load.shards} shards present`);
  if (partition) log(`partition ${partition.number} of ${partition.of}`);
  return load;
}

/** Compares the rows with the ledger in one snapshot, because other runs may be loading. Returns the number of loaded shards. */
function checkRows(client: Client, database: string): Promise<number> {
  return withTransaction(client, async () => {
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const entries = await readEntries(client);
    if (entries.length > 0) requireOwnRows(database, await countRows(client), sumOfRows(entries));
    return entries.filter(({ part }) => part === "messages").length;
  });
}

/** Whether the database has all tables of the chat schema. */
export async function tablesPresent(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ present: boolean }>(
    "SELECT bool_and(to_regclass(name) IS NOT NULL) AS present FROM unnest($1::text[]) AS name",
    [tableNames],
  );
  return rows[0]!.present;
}
