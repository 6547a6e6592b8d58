import type { Client } from "pg";
import { withClient, withTransaction } from "../../postgres/connection";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { tableNames } from "../tables";
import { restoreOne, savedDefinitions } from "./definitions";
import { countRows, requireOwnRows } from "./guards";
import { toExpectedError } from "./interruption";
import { dropLedger, readLoad } from "./ledger";
import { withLoadLock } from "./locks";
import { tablesPresent } from "./open";
import { prepareSession } from "./session";

/** The SQLSTATE for emptying a table to which other tables refer. */
const FEATURE_NOT_SUPPORTED = "0A000";

/**
 * Empties the tables that the generator has filled, restores what an interrupted load had dropped, and drops the ledger.
 * Does nothing when the tables are empty and there is no ledger, which is the generator's record of its load.
 *
 * @throws ExpectedError when the tables hold rows without a ledger, or when other tables refer to them
 */
export function clearDataset(ownerUrl: string, log: Log): Promise<void> {
  return withClient(ownerUrl, async (client) => {
    await prepareSession(client);
    return withLoadLock(client, "exclusive", log, async () => {
      if ((await readLoad(client)) === undefined) {
        if (await tablesPresent(client)) requireOwnRows(client.database ?? "", await countRows(client), {});
        log("There is no dataset to clear.");
        return;
      }
      await withTransaction(client, async () => {
        const keys = await dropKeysOfEmptyTables(client);
        await client.query(`TRUNCATE ${tableNames.join(", ")}`).catch((error: unknown) => {
          throw referenced(error) ?? error;
        });
        for (const key of keys) await client.query(key);
        for (const definition of await savedDefinitions(client)) await restoreOne(client, definition);
        await dropLedger(client);
      });
      log("The dataset is cleared.");
    });
  }).catch((error: unknown) => {
    throw toExpectedError(error, "clearing");
  });
}

/**
 * Drops the foreign keys of other tables that refer to the dataset's and have no rows, because TRUNCATE refuses them too.
 *
 * @returns the statements that create them again
 */
async function dropKeysOfEmptyTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(
    `SELECT conrelid::regclass::text AS "table", quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
       AND confrelid = ANY ($1::regclass[]) AND NOT conrelid = ANY ($1::regclass[])`,
    [tableNames],
  );
  const statements: string[] = [];
  for (const { table, name, definition } of rows) {
    const { rowCount } = await client.query(`SELECT FROM ${table} LIMIT 1`);
    if (rowCount !== 0) continue;
    await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
    statements.push(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
  }
  return statements;
}

function referenced(error: unknown): ExpectedError | undefined {
  const { code, detail } = error as { code?: string; detail?: string };
  if (code !== FEATURE_NOT_SUPPORTED) return undefined;
  return new ExpectedError(
    `The dataset cannot be cleared, because another table refers to it: ${detail ?? ""}`,
    "Drop that foreign key or that table, then run the same command again.",
  );
}
