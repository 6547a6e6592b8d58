import type { Client } from "pg";
import { formatCount } from "../../common/format";
import { withTransaction } from "../../postgres/connection";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { forecastInSubprocess } from "../forecast";
import type { DatasetSpec } from "../spec";
import { tableNames } from "../tables";
import { saveAndDrop } from "./definitions";
import { countRows, requireOwnRows, requireSameDataset } from "./guards";
import { createLedger, readEntries, readLoad, sumOfRows, type Load } from "./ledger";
import { withLoadLock } from "./locks";
import type { Partition } from "./shards";

/**
 * Opens a new load, unless the database has one: logs its forecast, creates its ledger, and drops keys and indexes.
 *
 * @param opening called before a load is opened, which takes some seconds
 * @throws ExpectedError when tables are missing or hold rows
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
  const missing = await missingTables(client);
  if (missing.length > 0) {
    throw new ExpectedError(
      `Database "${database}" lacks the tables ${missing.join(", ")}.`,
      "Apply the migrations first, for example with `pulumi up`.",
    );
  }
  if ((await readLoad(client)) !== undefined) return;
  await withLoadLock(client, "exclusive", log, async () => {
    if ((await readLoad(client)) !== undefined) return;
    requireOwnRows(database, await countRows(client), {});
    opening();
    await forecastInSubprocess({ ownerUrl, spec, workers }, log);
    await withTransaction(client, async () => {
      await createLedger(client, spec, shards);
      await saveAndDrop(client);
    });
    log(`${formatCount(spec.messages)} messages in ${shards} shards, ${workers} workers`);
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
  return (await missingTables(client)).length === 0;
}

async function missingTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass('public.' || name) IS NULL",
    [tableNames],
  );
  return rows.map(({ name }) => name);
}
