import type { Client } from "pg";
import { formatCount } from "../../common/format";
import { withTransaction } from "../../postgres/connection";
import { ExpectedError } from "../../runtime/errors";
import type { Log } from "../../runtime/progress";
import { announceApart } from "../forecast";
import type { DatasetSpec } from "../spec";
import { tableNames } from "../tables";
import { saveAndDrop } from "./definitions";
import { countRows, requireOwnRows, requireSameDataset } from "./guards";
import { createLedger, readLines, readLoad, sumOfRows, type Load } from "./ledger";
import { withLoadLock } from "./locks";
import type { Share } from "./parts";

/**
 * Opens a new load where there is none: its ledger, and tables bare of keys and indexes. Says what it will take.
 *
 * @param opening called when there is none, before the seconds that this takes
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
      "Apply the migrations first: `pulumi up` does.",
    );
  }
  if ((await readLoad(client)) !== undefined) return;
  await withLoadLock(client, "alone", log, async () => {
    if ((await readLoad(client)) !== undefined) return;
    requireOwnRows(database, await countRows(client), {});
    opening();
    await announceApart({ ownerUrl, spec, workers }, log);
    await withTransaction(client, async () => {
      await createLedger(client, spec, shards);
      await saveAndDrop(client);
    });
    log(`${formatCount(spec.messages)} messages in ${shards} shards, ${workers} workers`);
  });
}

/**
 * The load that is open, if this spec may go on with it.
 *
 * @throws ExpectedError when it is another dataset's, or the tables hold rows that the ledger does not know
 */
export async function checkLoad(
  client: Client,
  spec: DatasetSpec,
  share: Share | undefined,
  log: Log,
): Promise<Load> {
  const database = client.database ?? "";
  const load = await readLoad(client);
  if (load === undefined) {
    throw new ExpectedError(
      `The dataset of database "${database}" was cleared by another run a moment ago.`,
      "Run the same command again.",
    );
  }
  requireSameDataset(load, spec, database);
  if (load.result) {
    log(`The dataset is there already: ${formatCount(load.spec.messages)} messages.`);
    return load;
  }
  const present = await checkRows(client, database);
  if (present > 0) log(`resuming: ${present} of ${load.shards} shards present`);
  if (share) log(`share ${share.number} of ${share.of}`);
  return load;
}

/** Compares the rows with the ledger, both as of one moment: others may be loading. Returns the shards present. */
function checkRows(client: Client, database: string): Promise<number> {
  return withTransaction(client, async () => {
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const lines = await readLines(client);
    if (lines.length > 0) requireOwnRows(database, await countRows(client), sumOfRows(lines));
    return lines.filter(({ part }) => part === "messages").length;
  });
}

/** Whether the chat schema is there. */
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
