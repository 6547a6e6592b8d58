import type { Client } from "pg";
import type { Log } from "../../common/progress";
import { inPublic, readDefinitions, readIndexes } from "./definitions";
import { priceOf } from "./price";

/** Names every invalid index of the database, with its price and the way out. One that is being built at this moment is not named. */
export async function announceInvalid(client: Client, log: Log): Promise<void> {
  const invalid = (await readIndexes(client)).filter(({ valid }) => !valid);
  if (invalid.length === 0) return;
  const { rows } = await client.query<{ name: string }>(
    "SELECT c.relname AS name FROM pg_stat_progress_create_index p JOIN pg_class c ON c.oid = p.index_relid",
  );
  const wanted = readDefinitions().map(({ name }) => name);
  for (const index of invalid) {
    if (rows.some(({ name }) => name === index.name)) continue;
    const { name } = index;
    const drop = `DROP INDEX CONCURRENTLY ${inPublic(name)}`;
    log(
      `! Index ${name} is invalid: a build that was stopped left it. ${priceOf(index)} ${wanted.includes(name) ? "--apply builds it anew, --revert drops it." : `To drop it: ${drop}`}`,
    );
  }
}
