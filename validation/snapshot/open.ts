import { type Client, type CustomTypesConfig, types } from "pg";
import { quoteLiteral, withClient } from "../../postgres/connection";
import { ask, keepLastWords } from "./ask";
import { Snapshot } from "./snapshot";

/** Connections that read side by side: one query alone seldom keeps more than one processor busy all the time. */
const LANES = 2;

/**
 * Settings of a lane. Compiling these statements takes longer than it saves. Where the planner would build a shared
 * hash table of millions of ids, merging the two indexes takes half the time and no memory. Groups of a few hundred
 * thousand conversations fit into the memory. A time limit that the role has is for its daily work, and one that this
 * connection asks for holds.
 *
 * Hours of day are UTC's, also of columns with a time zone. Rows that a policy would hide are an error: a part of the
 * rows proves nothing. A lane may have to wait while another is busy.
 */
const SETTINGS = `
  SET LOCAL jit = off; SET LOCAL enable_parallel_hash = off;
  SET LOCAL timezone = 'UTC'; SET LOCAL standard_conforming_strings = on; SET LOCAL row_security = off;
  SET LOCAL idle_in_transaction_session_timeout = 0;
  SELECT set_config(name, '0', true) FROM pg_settings WHERE name = 'statement_timeout' AND source <> 'client';
  SELECT set_config('work_mem', '64MB', true) WHERE pg_size_bytes(current_setting('work_mem')) < 64 * 1024 * 1024`;

/** Runs `work` on a snapshot of the database, read-only: SELECT on the tables is all that the role needs. */
export function withSnapshot<T>(databaseUrl: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return withReader(databaseUrl, undefined, async (first) => {
    const snapshot = await exportedSnapshot(first);
    const { rows } = await ask<{ columns: string[] }>(first, columnsSql);
    const columns = new Set(rows[0]!.columns);
    if (snapshot === undefined) return work(new Snapshot([first], columns));
    return withMore([first], databaseUrl, snapshot, (lanes) => work(new Snapshot(lanes, columns)));
  });
}

/** Of all tables that a name without a schema means. */
const columnsSql = `
SELECT coalesce(array_agg(c.relname || '.' || a.attname), '{}') AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE pg_table_is_visible(c.oid) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped`;

/** Opens further lanes on the snapshot; where the server has no connection left, those that there are must do. */
function withMore<T>(
  lanes: Client[],
  databaseUrl: string,
  snapshot: string,
  work: (lanes: Client[]) => Promise<T>,
): Promise<T> {
  if (lanes.length === LANES) return work(lanes);
  let opened = false;
  return withReader(databaseUrl, snapshot, (lane) => {
    opened = true;
    return withMore([...lanes, lane], databaseUrl, snapshot, work);
  }).catch((error: unknown) => {
    if (opened) throw error;
    return work(lanes);
  });
}

/** Works in a read-only transaction on the given snapshot, or on a new one. */
function withReader<T>(
  databaseUrl: string,
  snapshot: string | undefined,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return withClient(
    databaseUrl,
    async (client) => {
      keepLastWords(client);
      await begin(client, snapshot);
      const result = await work(client);
      await ask(client, "COMMIT");
      return result;
    },
    { types: { getTypeParser } },
  );
}

/** In one round trip: no limit on idle sessions can strike before it is lifted. */
async function begin(client: Client, snapshot?: string): Promise<void> {
  await ask(
    client,
    `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
  ${snapshot === undefined ? "" : `SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot)};`}${SETTINGS}`,
  );
}

/** A name by which other transactions can have this one's snapshot; undefined where the server gives none. */
async function exportedSnapshot(client: Client): Promise<string | undefined> {
  try {
    const { rows } = await client.query<{ name: string }>("SELECT pg_export_snapshot() AS name");
    return rows[0]!.name;
  } catch {
    // The failure has ended the transaction, in which nothing has been read yet.
    await ask(client, "ROLLBACK");
    await begin(client);
    return undefined;
  }
}

/** Counts (int8) and their sums (numeric) as numbers: a table has far fewer than 2^53 rows. */
const getTypeParser: CustomTypesConfig["getTypeParser"] = (oid, format) =>
  asNumber.has(oid) ? Number : (types.getTypeParser(oid, format) as (value: string) => unknown);

const asNumber = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);
