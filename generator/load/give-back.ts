import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { withClient, withTransaction } from "../../postgres/connection";
import { waitUntilReady } from "../../postgres/readiness";
import { restoreOne, savedDefinitions, type Definition } from "./definitions";
import { readLoad } from "./ledger";
import { withLoadLockIfFree } from "./locks";
import { prepareSession } from "./session";
import { removeShardsAfterGap } from "./shard-removal";

/** How long to wait for a server that restarts, seconds. */
const SERVER_PATIENCE = 5;
/** How long to wait for the sessions of this run's workers to end, milliseconds. */
const WORKER_PATIENCE = 5_000;
const RETRY_MS = 50;

/** What could not be given back: a definition, and the server's message. */
interface Failed {
  definition: Definition;
  reason: string;
}

/**
 * Gives back what a failed load has dropped: indexes, keys, foreign keys and the tables' settings. The loaded rows stay,
 * so that the load can be resumed. Does nothing when no load is open, or while other runs still load.
 *
 * @param error what stopped the load
 * @param partitioned whether other runs load other shards of the dataset
 * @returns the error, which also names what could not be given back
 */
export async function giveBackAfter(
  error: unknown,
  ownerUrl: string,
  partitioned: boolean,
  log: Log,
): Promise<unknown> {
  try {
    await waitUntilReady(ownerUrl, { timeoutSeconds: SERVER_PATIENCE }, () => undefined);
    const failed = await giveBack(ownerUrl, partitioned, log);
    return failed.length === 0 ? error : incomplete(error, failed.map(describe));
  } catch (second) {
    const reason = second instanceof Error ? second.message.split("\n", 1)[0]! : String(second);
    return incomplete(error, [`keys, indexes and settings that the load has dropped (${reason})`]);
  }
}

async function giveBack(ownerUrl: string, partitioned: boolean, log: Log): Promise<Failed[]> {
  const failed: Failed[] = [];
  for (let again = true; again;) {
    again = false;
    await withClient(ownerUrl, async (client) => {
      await prepareSession(client);
      const load = await readLoad(client);
      if (load?.result !== null) return;
      await whenOthersHaveEnded(client, partitioned, async () => {
        if (!partitioned && failed.length === 0) await removeShardsAfterGap(client, load);
        const known = new Set(failed.map(({ definition }) => definition.position));
        const definitions = (await savedDefinitions(client)).filter(({ position }) => !known.has(position));
        if (definitions.length > 0 && failed.length === 0)
          log("giving back keys, indexes and table settings");
        for (const definition of definitions) {
          try {
            await withTransaction(client, () => restoreOne(client, definition));
          } catch (error) {
            failed.push({ definition, reason: error instanceof Error ? error.message : String(error) });
            // The failure may have ended the connection.
            again = true;
            return;
          }
        }
      });
    });
  }
  return failed;
}

/** Runs `work` with the exclusive lock, once the workers of this run have ended. Other runs may go on for hours. */
async function whenOthersHaveEnded(
  client: Client,
  partitioned: boolean,
  work: () => Promise<void>,
): Promise<void> {
  const deadline = Date.now() + (partitioned ? 0 : WORKER_PATIENCE);
  const whole = async (): Promise<true> => {
    await work();
    return true;
  };
  while ((await withLoadLockIfFree(client, whole)) === undefined) {
    if (Date.now() > deadline) return;
    await delay(RETRY_MS);
  }
}

function describe({ definition, reason }: Failed): string {
  return `${definition.statement} (${reason})`;
}

/** Adds to an error what is still missing and the commands that give it back. */
function incomplete(error: unknown, missing: readonly string[]): unknown {
  if (!(error instanceof ExpectedError)) return error;
  const list = missing.map((each) => `\n    ${each}`).join("");
  return new ExpectedError(
    `${error.problem}\n  The tables still lack:${list}\n  The load gives it back when it is resumed. ` +
      "`npm run generate -- --clear` also gives it back: it empties the tables, then loads again.",
    error.remedy,
    { cause: error.cause },
  );
}
