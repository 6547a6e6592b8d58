import { withClient } from "../../postgres/connection";

/** The constraints, indexes and storage options of the chat schema in the server's words, sorted. */
export function chatSchema(url: string): Promise<string[]> {
  return withClient(url, async (client) => {
    await client.query("SET search_path = ''");
    const { rows } = await client.query<{ line: string }>(
      `SELECT format('%s: %s %s, validated %s, %s', conrelid::regclass, conname, pg_get_constraintdef(oid),
                     convalidated, obj_description(oid, 'pg_constraint')) AS line
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace
       UNION ALL
       SELECT format('%s, %s, %s, %s', pg_get_indexdef(oid), obj_description(oid, 'pg_class'),
                     (SELECT string_agg(attstattarget::text, ' ') FROM pg_attribute WHERE attrelid = oid),
                     to_jsonb(pg_index) - ARRAY['indexrelid', 'indrelid', 'indcheckxmin', 'indexprs', 'indpred'])
       FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relnamespace = 'public'::regnamespace
       UNION ALL
       SELECT format('%s: %s', oid::regclass, option) FROM pg_class, unnest(reloptions) option
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       ORDER BY 1`,
    );
    return rows.map(({ line }) => line);
  });
}

/**
 * The number of dead rows in each table of the chat schema that has any, counted in its pages. It needs an
 * administrator.
 */
export function deadRows(url: string): Promise<Record<string, number>> {
  return withClient(url, async (client) => {
    await client.query("CREATE EXTENSION IF NOT EXISTS pgstattuple SCHEMA pg_catalog");
    const { rows } = await client.query<{ name: string; dead: string }>(
      `SELECT relname AS name, dead_tuple_count AS dead FROM pg_class, pgstattuple(oid)
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND dead_tuple_count > 0`,
    );
    return Object.fromEntries(rows.map(({ name, dead }) => [name, Number(dead)]));
  });
}
