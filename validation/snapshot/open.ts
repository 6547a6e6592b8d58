import { type Client, type CustomTypesConfig, types } from "pg";
import { quoteLiteral, withClient } from "../../postgres/connection";
import { type ColumnRow, Columns, columnsSql, type TableSize, tableSizesSql } from "./columns";
import { Connections } from "./connections";
import { query, rememberConnectionError } from "./query";
import { Snapshot } from "./snapshot";
import { Work } from "./work";

/** The number of connections that read at the same time. One statement alone rarely keeps all processors busy. */
const CONNECTIONS = 2;

/**
 * The settings of each connection.
 *
 * JIT compilation of these statements takes longer than it saves. A merge of two indexes takes half the time of a parallel
 * hash join over millions of ids, and no memory. With 64 MB, the groups of a few hundred thousand conversations fit into
 * memory. The role's own statement_timeout is lifted; one that is set in the URL is kept. The limit for idle transactions
 * is lifted, because a connection may wait while another is busy.
 *
 * Hours of the day are in UTC, even for columns with a time zone. Rows that a policy hides are an error, because a check
 * of only a part of the rows proves nothing.
 */
const SETTINGS = `
  SET LOCAL jit = off; SET LOCAL enable_parallel_hash = off;
  SET LOCAL timezone = 'UTC'; SET LOCAL standard_conforming_strings = on; SET LOCAL row_security = off;
  SET LOCAL idle_in_transaction_session_timeout = 0;
  SELECT set_config(name, '0', true) FROM pg_settings WHERE name = 'statement_timeout' AND source <> 'client';
  SELECT set_config('work_mem', '64MB', true) WHERE pg_size_bytes(current_setting('work_mem')) < 64 * 1024 * 1024`;

/**
 * Runs `work` on a read-only snapshot of the database. The role needs only SELECT on the tables.
 *
 * @throws ExpectedError when the database cannot be read
 */
export function withSnapshot<T>(databaseUrl: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return withReader(databaseUrl, undefined, async (first) => {
    const snapshot = await exportedSnapshot(first);
    const columns = new Columns((await query<ColumnRow>(first, columnsSql)).rows);
    const { rows: tables } = await query<TableSize>(first, tableSizesSql);
    const sizes = new Map(tables.map((size) => [size.table, size]));
    const open = (connections: Client[]): Promise<T> => {
      const shared = { connections: new Connections(connections), columns, sizes, results: new Map() };
      return work(new Snapshot({ ...shared, work: new Work() }));
    };
    return snapshot === undefined ? open([first]) : withMore([first], databaseUrl, snapshot, open);
  });
}

/** Opens further connections on the snapshot. When the server has none left, the existing ones are used. */
function withMore<T>(
  connections: Client[],
  databaseUrl: string,
  snapshot: string,
  work: (connections: Client[]) => Promise<T>,
): Promise<T> {
  if (connections.length === CONNECTIONS) return work(connections);
  let opened = false;
  return withReader(databaseUrl, snapshot, (connection) => {
    opened = true;
    return withMore([...connections, connection], databaseUrl, snapshot, work);
  }).catch((error: unknown) => {
    if (opened) throw error;
    return work(connections);
  });
}

/** Runs `work` in a read-only transaction on the given snapshot, or on a new one. */
function withReader<T>(
  databaseUrl: string,
  snapshot: string | undefined,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return withClient(
    databaseUrl,
    async (client) => {
      rememberConnectionError(client);
      await begin(client, snapshot);
      const result = await work(client);
      await query(client, "COMMIT");
      return result;
    },
    { types: { getTypeParser } },
  );
}

/** Begins the transaction in one round trip, so that no limit on idle transactions applies before it is lifted. */
async function begin(client: Client, snapshot?: string): Promise<void> {
  await query(
    client,
    `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
  ${snapshot === undefined ? "" : `SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot)};`}${SETTINGS}`,
  );
}

/** Exports the snapshot and returns its name, or undefined where the server cannot export it. */
async function exportedSnapshot(client: Client): Promise<string | undefined> {
  try {
    const { rows } = await client.query<{ name: string }>("SELECT pg_export_snapshot() AS name");
    return rows[0]!.name;
  } catch {
    // The failure has ended the transaction. Nothing has been read in it yet.
    await query(client, "ROLLBACK");
    await begin(client);
    return undefined;
  }
}

/** Parses counts (int8) and their sums (numeric) as numbers, because a table has far fewer than 2^53 rows. */
const getTypeParser: CustomTypesConfig["getTypeParser"] = (oid, format) =>
  asNumber.has(oid) ? Number : (types.getTypeParser(oid, format) as (value: string) => unknown);

const asNumber = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);
