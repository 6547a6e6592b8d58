import { withAdvisoryLock, withClient, withTransaction } from "../../postgres/connection";
import type { Log } from "../../runtime/progress";
import { tableNames } from "../tables";
import { restoreOne, savedDefinitions } from "./definitions";
import { countRows, dropLedger, readLoad, requireOwnRows } from "./ledger";
import { LOAD_LOCK, tablesPresent } from "./load";

/**
 * Empties the tables that the generator filled, gives back what a broken load had dropped, and forgets the ledger.
 * Tables that were never filled by it are left alone.
 *
 * @throws ExpectedError when there are rows but no ledger that says whose they are
 */
export function clearDataset(ownerUrl: string, log: Log): Promise<void> {
  return withClient(ownerUrl, (client) =>
    withAdvisoryLock(client, LOAD_LOCK, async () => {
      if ((await readLoad(client)) === undefined) {
        if (await tablesPresent(client)) requireOwnRows(client.database ?? "", await countRows(client), {});
        log("There is no dataset to clear.");
        return;
      }
      await withTransaction(client, async () => {
        await client.query(`TRUNCATE ${tableNames.map((table) => `public.${table}`).join(", ")}`);
        for (const definition of await savedDefinitions(client)) await restoreOne(client, definition);
        await dropLedger(client);
      });
      log("The dataset is cleared.");
    }),
  );
}
