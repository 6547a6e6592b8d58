import type { Client } from "pg";
import { quoteLiteral } from "../../postgres/connection";
import { ensureBookkeeping } from "../../postgres/bookkeeping";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import type { IndexState } from "../capture";
import { inPublic, readIndexes } from "./definitions";
import { INDEX_FILE, type IndexRemoval } from "./index-file";

/** An index that phase 2 has dropped, with what it takes to build it again. */
export interface DroppedIndex {
  name: string;
  /** The definition, as `pg_get_indexdef` returned it. */
  definition: string;
  comment: string | null;
}

/** The indexes that phase 2 removes, by their state in the database. */
export interface Removals {
  /** Those that are there. */
  present: IndexState[];
  /** Those that phase 2 has dropped. */
  dropped: DroppedIndex[];
}

/**
 * Finds the indexes that the file drops.
 *
 * @throws ExpectedError for an index that a constraint needs or that keeps values unique
 */
export async function findRemovals(client: Client, wanted: readonly IndexRemoval[]): Promise<Removals> {
  if (wanted.length === 0) return { present: [], dropped: [] };
  const isWanted = ({ name }: { name: string }): boolean => wanted.some((each) => each.name === name);
  const present = (await readIndexes(client)).filter(isWanted);
  await requireDispensable(client, wanted);
  const gone = (await readDropped(client)).filter(isWanted);
  return { present, dropped: gone.filter(({ name }) => !present.some((each) => each.name === name)) };
}

/** Makes sure that no wanted removal takes a rule away from the data. */
async function requireDispensable(client: Client, wanted: readonly IndexRemoval[]): Promise<void> {
  const { rows } = await client.query<{ name: string; constraint: string | null }>(
    `SELECT i.relname AS name, c.conname AS "constraint"
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
     LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype IN ('p', 'u', 'x')
     WHERE i.relnamespace = 'public'::regnamespace AND i.relname = ANY ($1)
       AND (x.indisunique OR c.oid IS NOT NULL) ORDER BY 1`,
    [wanted.map(({ name }) => name)],
  );
  const [first] = rows;
  if (first === undefined) return;
  const { line } = wanted.find(({ name }) => name === first.name)!;
  const why =
    first.constraint === null
      ? "it keeps values unique, which is no matter of speed"
      : `the constraint ${first.constraint} needs it`;
  throw new ExpectedError(
    `${INDEX_FILE}, line ${line}: index ${first.name} is not dropped, because ${why}.`,
    "Take the statement out. Nothing was built or measured.",
  );
}

/** Drops the indexes while the application continues to work, and remembers their definitions for `restoreDropped`. */
export async function dropRemovals(client: Client, { present }: Removals, log: Log): Promise<void> {
  if (present.length === 0) return;
  await ensureBookkeeping(client);
  await client.query(
    "CREATE TABLE IF NOT EXISTS chat_perf.dropped_index (name text PRIMARY KEY, definition text NOT NULL, comment text)",
  );
  for (const { name, definition } of present) {
    const index = inPublic(name);
    await client.query(
      `INSERT INTO chat_perf.dropped_index VALUES ($1, $2, obj_description($3::regclass, 'pg_class'))
       ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, comment = excluded.comment`,
      [name, definition, index],
    );
    await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
    log(`✓ ${name}: dropped; --revert builds it again`);
  }
}

/** Builds the indexes again that phase 2 has dropped. A run that was stopped can be repeated. */
export async function restoreDropped(client: Client, log: Log): Promise<void> {
  const dropped = await readDropped(client);
  if (dropped.length === 0) return;
  const indexes = await readIndexes(client);
  for (const each of dropped) {
    const { name } = each;
    const present = indexes.find((index) => index.name === name);
    if (present?.valid === false) await client.query(`DROP INDEX CONCURRENTLY ${inPublic(name)}`);
    if (present?.valid !== true) {
      for (const statement of statementsOf(each, "CONCURRENTLY ")) await client.query(statement);
      log(`✓ ${name}: built again`);
    }
    await client.query("DELETE FROM chat_perf.dropped_index WHERE name = $1", [name]);
  }
  await client.query("DROP TABLE chat_perf.dropped_index");
  // It stays where it has something else in it.
  await client.query("DROP SCHEMA chat_perf").catch(() => undefined);
}

/** The statements that build a dropped index again. */
export function statementsOf({ name, definition, comment }: DroppedIndex, concurrently = ""): string[] {
  const statement = definition.replace(/^CREATE (UNIQUE )?INDEX /, `CREATE $1INDEX ${concurrently}`);
  return [
    statement,
    ...(comment === null ? [] : [`COMMENT ON INDEX ${inPublic(name)} IS ${quoteLiteral(comment)}`]),
  ];
}

async function readDropped(client: Client): Promise<DroppedIndex[]> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    "SELECT to_regclass('chat_perf.dropped_index') IS NOT NULL AS there",
  );
  if (!tables[0]!.there) return [];
  const { rows } = await client.query<DroppedIndex>(
    "SELECT name, definition, comment FROM chat_perf.dropped_index ORDER BY name",
  );
  return rows;
}
