import type { Client } from "pg";
import { quoteIdentifier, withTransaction } from "../../postgres/connection";
import type { Progress } from "../../runtime/progress";
import { tableNames } from "../tables";

/** What is dropped for the load and made again after it, in this order. */
export type DefinitionKind = "key" | "index" | "foreign key";

interface Definition {
  position: number;
  kind: DefinitionKind;
  schema: string;
  table: string;
  name: string;
  definition: string;
}

/**
 * Every key, index and foreign key of the dataset's tables, and every foreign key of other tables that points at
 * them, as the server itself words it. The largest tables come first, so that two lanes end at about one time.
 */
const SELECT_DEFINITIONS = `
  WITH filled AS (SELECT name, position, ('public.' || quote_ident(name))::regclass AS oid
                  FROM unnest($1::text[]) WITH ORDINALITY AS t (name, position))
  SELECT CASE WHEN c.contype = 'f' THEN 'foreign key' ELSE 'key' END AS kind,
         c.conrelid AS relation, c.conname::text AS name, pg_get_constraintdef(c.oid) AS definition,
         (SELECT position FROM filled WHERE filled.oid = c.conrelid) AS size
  FROM pg_constraint c
  WHERE c.contype IN ('p', 'u', 'x') AND c.conrelid IN (SELECT oid FROM filled)
     OR c.contype = 'f' AND (c.conrelid IN (SELECT oid FROM filled) OR c.confrelid IN (SELECT oid FROM filled))
  UNION ALL
  SELECT 'index', i.indrelid, ic.relname::text, pg_get_indexdef(i.indexrelid), filled.position
  FROM pg_index i JOIN filled ON filled.oid = i.indrelid JOIN pg_class ic ON ic.oid = i.indexrelid
  WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))`;

/** Writes down all definitions and drops what they define, for a load into bare tables. Runs in a transaction. */
export async function saveAndDrop(client: Client): Promise<void> {
  await client.query(
    `INSERT INTO chat_perf.saved_definition (position, kind, "schema", "table", name, definition)
     SELECT row_number() OVER (ORDER BY array_position(ARRAY['key', 'index', 'foreign key'], kind), size DESC, name),
            kind, n.nspname, r.relname, name, definition
     FROM (${SELECT_DEFINITIONS}) d JOIN pg_class r ON r.oid = relation JOIN pg_namespace n ON n.oid = r.relnamespace`,
    [tableNames],
  );
  // Foreign keys rest on keys, so they go first.
  const definitions = (await savedDefinitions(client)).reverse();
  for (const { kind, schema, table, name } of definitions) {
    const owner = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
    await client.query(
      kind === "index"
        ? `DROP INDEX ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
        : `ALTER TABLE ${owner} DROP CONSTRAINT ${quoteIdentifier(name)}`,
    );
  }
}

/** The definitions that are still to be made again, of one kind or all, in order. */
export async function savedDefinitions(client: Client, kind?: DefinitionKind): Promise<Definition[]> {
  const { rows } = await client.query<Definition>(
    `SELECT position, kind, "schema", "table", name, definition FROM chat_perf.saved_definition
     WHERE $1::text IS NULL OR kind = $1 ORDER BY position`,
    [kind],
  );
  return rows;
}

/**
 * Makes the given definitions again, each in one transaction with the removal of its line, so that none is lost or
 * made twice whenever the work is stopped. Each connection takes the next one that is left.
 */
export async function restore(
  lanes: Client[],
  definitions: Definition[],
  progress?: Progress,
): Promise<void> {
  const left = definitions.values();
  await Promise.all(
    lanes.map(async (client) => {
      for (const definition of left) {
        await withTransaction(client, () => restoreOne(client, definition));
        progress?.advance(1);
      }
    }),
  );
}

/** Makes one definition again and removes its line. Runs in a transaction. */
export async function restoreOne(client: Client, definition: Definition): Promise<void> {
  const { kind, schema, table, name } = definition;
  const owner = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  await client.query(
    kind === "index"
      ? definition.definition
      : `ALTER TABLE ${owner} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition.definition}`,
  );
  await client.query("DELETE FROM chat_perf.saved_definition WHERE position = $1", [definition.position]);
}
