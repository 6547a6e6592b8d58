import type { Client } from "pg";
import { tablesBySize } from "../tables";

/** The kinds of definitions that a load drops, in the order in which they are restored. */
export const definitionKinds = ["index", "key", "foreign key", "validation", "autovacuum"] as const;
export type DefinitionKind = (typeof definitionKinds)[number];

/** A dropped definition, as the statement that restores it. */
export interface Definition {
  position: number;
  kind: DefinitionKind;
  /** The table that the statement locks, as SQL text with its schema. */
  table: string;
  statement: string;
}

/**
 * Selects every key, index and foreign key of the dataset's tables, and every foreign key that refers to them, with the
 * statements that drop and restore it.
 *
 * A key is restored in two steps: first its index, which can be built at the same time as others, then a constraint that
 * uses the index. A foreign key is added as NOT VALID and then validated, which blocks no writes. Autovacuum is switched
 * off for the load, because it would only scan tables that are still growing.
 *
 * Keys and indexes of a partitioned table include those of its partitions. PostgreSQL builds its keys and checks its
 * foreign keys in one step.
 */
const SELECT_DEFINITIONS = `
  WITH tables AS (SELECT (quote_ident($2) || '.' || quote_ident(name))::regclass AS oid, place
                  FROM unnest($1::text[]) WITH ORDINALITY AS t (name, place)),
  filled AS (SELECT oid, place FROM tables
             UNION SELECT relid, place FROM tables, pg_partition_tree(tables.oid) WHERE isleaf),
  constraints AS (
    SELECT c.*, quote_ident(conname) AS name, conrelid::regclass::text AS "table", pg_get_constraintdef(c.oid) AS definition,
           a.amname = 'btree' AND contype <> 'x' AND t.relkind <> 'p' AS upon_index, t.relkind = 'p' AS partitioned
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid LEFT JOIN pg_class i ON i.oid = c.conindid LEFT JOIN pg_am a ON a.oid = i.relam
    WHERE c.conparentid = 0
      AND (c.contype IN ('p', 'u', 'x') AND c.conrelid IN (SELECT oid FROM filled)
        OR c.contype = 'f' AND (c.conrelid IN (SELECT oid FROM filled) OR c.confrelid IN (SELECT oid FROM filled)))),
  definitions (kind, relation, "table", "drop", statement) AS (
    SELECT 'index', i.indrelid, i.indrelid::regclass::text,
           CASE WHEN c.oid IS NULL THEN 'DROP INDEX ' || i.indexrelid::regclass END,
           replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
    FROM pg_index i LEFT JOIN constraints c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
    WHERE i.indrelid IN (SELECT oid FROM filled) AND coalesce(c.upon_index, true)
      AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = i.indexrelid)
    UNION ALL
    SELECT 'key', conrelid, "table", format('ALTER TABLE %s DROP CONSTRAINT %s', "table", name),
           format('ALTER TABLE %s ADD CONSTRAINT %s ', "table", name) || CASE WHEN upon_index
             THEN CASE contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END || ' USING INDEX ' || name
                  || CASE WHEN condeferrable THEN ' DEFERRABLE' ELSE '' END
                  || CASE WHEN condeferred THEN ' INITIALLY DEFERRED' ELSE '' END
             ELSE definition END
    FROM constraints WHERE contype IN ('p', 'u', 'x')
    UNION ALL
    SELECT 'foreign key', conrelid, "table", format('ALTER TABLE %s DROP CONSTRAINT %s', "table", name),
           format('ALTER TABLE %s ADD CONSTRAINT %s %s%s', "table", name, replace(definition, ' NOT VALID', ''),
                  CASE WHEN partitioned THEN '' ELSE ' NOT VALID' END)
    FROM constraints WHERE contype = 'f'
    UNION ALL
    SELECT 'validation', conrelid, "table", NULL, format('ALTER TABLE %s VALIDATE CONSTRAINT %s', "table", name)
    FROM constraints WHERE contype = 'f' AND convalidated AND NOT partitioned
    UNION ALL
    SELECT 'autovacuum', r.oid, r.oid::regclass::text,
           format('ALTER TABLE %s SET (autovacuum_enabled = false)', r.oid::regclass),
           format('ALTER TABLE %s ', r.oid::regclass)
             || coalesce((SELECT format('SET (%s)', option) FROM unnest(r.reloptions) option
                          WHERE option LIKE 'autovacuum_enabled=%'), 'RESET (autovacuum_enabled)')
    FROM pg_class r JOIN filled USING (oid) WHERE r.relkind = 'r')
  SELECT kind, "table", "drop", statement,
         (SELECT coalesce(max(position), 0) FROM chat_perf.saved_definition)
           + row_number() OVER (ORDER BY array_position($3::text[], kind), place, statement) AS position
  FROM definitions LEFT JOIN filled ON filled.oid = relation`;

/**
 * Saves all definitions and drops what they define, so that rows are loaded into bare tables. What an earlier run has
 * dropped and nobody has restored stays saved. Must run in a transaction.
 */
export async function saveAndDrop(client: Client): Promise<void> {
  const { rows: schemas } = await client.query<{ schema: string }>("SELECT current_schema() AS schema");
  // With an empty search path, PostgreSQL writes every name with its schema.
  await client.query("SET LOCAL search_path = ''");
  const { rows } = await client.query<Definition & { drop: string | null }>(SELECT_DEFINITIONS, [
    tablesBySize,
    schemas[0]!.schema,
    definitionKinds,
  ]);
  for (const { position, kind, table, statement } of rows) {
    // A table whose autovacuum is still off because of an earlier run keeps the setting that this run has saved.
    await client.query(
      `INSERT INTO chat_perf.saved_definition (position, kind, "table", statement) SELECT $1, $2, $3, $4
       WHERE NOT EXISTS (SELECT FROM chat_perf.saved_definition
                         WHERE kind = $2 AND "table" = $3 AND (kind = 'autovacuum' OR statement = $4))`,
      [position, kind, table, statement],
    );
  }
  // Foreign keys depend on keys, so they are dropped first.
  const order: DefinitionKind[] = ["autovacuum", "foreign key", "key", "index"];
  for (const kind of order)
    for (const { drop } of rows.filter((definition) => definition.kind === kind))
      if (drop !== null) await client.query(drop);
}

/** Reads the definitions that are not restored yet, in the order of their restoration. */
export async function savedDefinitions(client: Client): Promise<Definition[]> {
  const { rows } = await client.query<Definition>(
    `SELECT position, kind, "table", statement FROM chat_perf.saved_definition
     ORDER BY array_position($1::text[], kind), position`,
    [definitionKinds],
  );
  return rows;
}

/** Whether the tables are prepared for rows. The settings of autovacuum are restored last. */
export async function areBare(client: Client): Promise<boolean> {
  return (await savedDefinitions(client)).some(({ kind }) => kind === "autovacuum");
}

/**
 * Restores one definition and deletes its record. Must run in a transaction, so that an interruption neither loses a
 * definition nor restores it twice.
 */
export async function restoreOne(client: Client, { position, statement }: Definition): Promise<void> {
  await client.query(statement);
  await client.query("DELETE FROM chat_perf.saved_definition WHERE position = $1", [position]);
}
