import { availableParallelism } from "node:os";
import type { Client } from "pg";
import { withClient } from "../../postgres/connection";
import { Progress, type Log } from "../../runtime/progress";
import { tablesBySize } from "../tables";
import { restore, savedDefinitions, type Definition, type DefinitionKind } from "./definitions";
import { prepareSession } from "./session";

/** Connections that work side by side: each index build may use as much memory as the session allows. */
const LANES = Math.min(4, availableParallelism());

/**
 * VACUUM (ANALYZE), then keys, indexes, foreign keys and autovacuum as they were. The vacuum comes first: it removes
 * what stopped shards left before any index points there, and lets the proofs of foreign keys read indexes instead
 * of tables, a third of the time.
 *
 * @returns the seconds of each phase
 */
export function finishTables(ownerUrl: string, log: Log): Promise<Record<string, number>> {
  return withLanes(ownerUrl, LANES, [], async (clients) => ({
    analyze: await vacuum(clients, log),
    indexes: await restoreAll(clients, ["index", "key"], "index", "indexes", log),
    // Proofs of one table wait for each other's lock, so that one connection does them all.
    "foreign keys": await restoreAll(
      clients,
      ["foreign key", "validation", "autovacuum"],
      "validation",
      "foreign keys",
      log,
    ),
  }));
}

/** Opens `count` connections more and works with them. */
function withLanes<T>(
  ownerUrl: string,
  count: number,
  lanes: Client[],
  work: (lanes: Client[]) => Promise<T>,
): Promise<T> {
  if (count === 0) return work(lanes);
  return withClient(ownerUrl, async (client) => {
    await prepareSession(client);
    return withLanes(ownerUrl, count - 1, [...lanes, client], work);
  });
}

/** Gives back the definitions of these kinds, one kind after the other; those of the counted kind take the time. */
async function restoreAll(
  lanes: Client[],
  kinds: DefinitionKind[],
  counted: DefinitionKind,
  label: string,
  log: Log,
): Promise<number> {
  const client = lanes[0]!;
  const progress = new Progress(label, (await savedDefinitions(client, counted)).length, label, log);
  for (const kind of kinds) {
    const definitions = await savedDefinitions(client, kind);
    // Several indexes of one table may be built at once; all else locks the table.
    const groupOf = ({ position, table }: Definition) => (kind === "index" ? position : table);
    await restore(lanes, definitions, groupOf, () => {
      if (kind === counted) progress.advance(1);
    });
  }
  return progress.finish();
}

async function vacuum(lanes: Client[], log: Log): Promise<number> {
  const progress = new Progress("analyze", tablesBySize.length, "tables", log);
  const left = tablesBySize.values();
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
