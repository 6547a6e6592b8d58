import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { commentOn } from "./build";
import { type IndexDefinition, indexesAsTheyAre, inPublic } from "./definitions";
import { type DroppedIndex, statementsOf } from "./removals";

/** Takes the exclusive lock of DROP INDEX, which both arms hold from the beginning. */
export async function lockTables(client: Client, indexes: readonly { table: string }[]): Promise<void> {
  const tables = [...new Set(indexes.map(({ table }) => inPublic(table)))].sort();
  if (tables.length > 0) await client.query(`LOCK TABLE ${tables.join(", ")} IN ACCESS EXCLUSIVE MODE`);
}

export interface Missing {
  indexes: readonly IndexDefinition[];
  /** Indexes that phase 2 has dropped. They are built again for the measurements without phase 2. */
  dropped: readonly DroppedIndex[];
  log: Log;
}

/**
 * Builds in this transaction the indexes that one of the arms needs and the database does not have.
 *
 * @throws UnmeasurableError when an index that is built in the transaction cannot be measured in it
 */
export async function buildMissing(client: Client, { indexes, dropped, log }: Missing): Promise<void> {
  const { missing, invalid, foreign } = await indexesAsTheyAre(client, indexes);
  for (const { name } of foreign) {
    log(`${name}: is the database's own, not built by --apply; it is measured as an index of phase 2`);
  }
  const wanted = [...missing, ...invalid];
  const names = [...wanted, ...dropped].map(({ name }) => name);
  if (names.length === 0) return;
  const { rows: levels } = await client.query<{ level: string }>(
    "SELECT current_setting('wal_level') AS level",
  );
  if (levels[0]!.level === "minimal")
    throw new UnmeasurableError("with wal_level=minimal, their writes are not logged");
  for (const { name } of invalid) await client.query(`DROP INDEX ${inPublic(name)}`);
  for (const definition of wanted) {
    const started = performance.now();
    await client.query(definition.statement.replace("CONCURRENTLY ", ""));
    const seconds = (performance.now() - started) / 1000;
    await commentOn(client, definition, seconds);
    log(`${definition.name}: built in ${seconds.toFixed(1)} s, for the time of the experiment`);
  }
  for (const index of dropped) {
    for (const statement of statementsOf(index)) await client.query(statement);
    log(`${index.name}: dropped by --apply; built again for the time of the experiment`);
  }
  const { rows: unusable } = await client.query(
    "SELECT FROM pg_index WHERE indcheckxmin AND indexrelid = ANY ($1::regclass[])",
    [names.map(inPublic)],
  );
  if (unusable.length > 0)
    throw new UnmeasurableError("rows were updated a moment ago, and a new index cannot show them yet");
}

/** The reason why an experiment in turns cannot build its indexes in its transaction. */
export class UnmeasurableError extends ExpectedError {
  constructor(reason: string) {
    super(
      `Indexes that are built only for the experiment cannot be measured: ${reason}.`,
      "Build the indexes first: npm run verify-indexes -- --apply.",
    );
  }
}
