import type { Client } from "pg";

/** A key, an index or a foreign key, as the statement that creates it. */
export interface Definition {
  phase: "keys" | "indexes" | "foreign keys";
  create: string;
}

/** The definitions from the server, without the table of the migrations. Foreign keys depend on keys, so they come last. */
const SELECT_DEFINITIONS = `
  SELECT phase, "create", "drop" FROM (
  SELECT CASE WHEN contype = 'f' THEN 'foreign keys' ELSE 'keys' END AS phase,
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS "create",
         format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS "drop"
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f')
  UNION ALL
  SELECT 'indexes', pg_get_indexdef(indexrelid), format('DROP INDEX %s', indexrelid::regclass)
  FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
  WHERE relnamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
  ) definition ORDER BY array_position(ARRAY['keys', 'indexes', 'foreign keys'], phase), "create"`;

/**
 * Drops all keys, indexes and foreign keys, so that bare tables remain.
 *
 * @returns the dropped definitions, in the order in which they can be created again
 */
export async function dropDefinitions(client: Client): Promise<Definition[]> {
  const { rows } = await client.query<Definition & { drop: string }>(SELECT_DEFINITIONS);
  for (const { drop } of rows.toReversed()) await client.query(drop);
  return rows.map(({ phase, create }) => ({ phase, create }));
}
