import { type Client, type CustomTypesConfig, DatabaseError, type QueryResult, types } from "pg";
import { quoteLiteral, withClient } from "../postgres/connection";
import { ExpectedError } from "../runtime/errors";

/** A statement that was run, and how long it took; 0 when an earlier run's answer was used. */
export interface TimedStatement {
  sql: string;
  seconds: number;
}

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

/** The database as it was at one moment: what the application does meanwhile is not seen. */
export class Snapshot {
  readonly #idle: Client[];
  readonly #waiting: ((lane: Client) => void)[] = [];
  readonly #columns: ReadonlySet<string>;
  readonly #answers = new Map<string, unknown[]>();
  #statements: TimedStatement[] = [];

  /**
   * @param lanes connections that see the same snapshot
   * @param columns the columns that there are, as `table.column`
   */
  constructor(lanes: Client[], columns: ReadonlySet<string>) {
    this.#idle = [...lanes];
    this.#columns = columns;
  }

  /** Whether there is such a column: a database that others made may lack tables that no check depends on. */
  has(table: string, column = "id"): boolean {
    return this.#columns.has(`${table}.${column}`);
  }

  /**
   * The rows of a statement. Within a snapshot the same statement has the same answer, so it is run once.
   *
   * @throws ExpectedError when a table or a right is missing, or the statement is cancelled
   */
  rows<Row extends object>(sql: string): Promise<Row[]> {
    return this.#rows(sql, (lane) => ask(lane, sql));
  }

  async #rows<Row extends object>(
    sql: string,
    answer: (lane: Client) => Promise<QueryResult<Row>>,
  ): Promise<Row[]> {
    const known = this.#answers.get(sql);
    if (known !== undefined) {
      this.#statements.push({ sql, seconds: 0 });
      return known as Row[];
    }
    const statement = { sql, seconds: 0 };
    this.#statements.push(statement);
    const lane = await this.#lane();
    const started = performance.now();
    try {
      const { rows } = await answer(lane);
      this.#answers.set(sql, rows);
      return rows;
    } finally {
      statement.seconds = (performance.now() - started) / 1000;
      this.#release(lane);
    }
  }

  /** The one row of a statement that always has one, such as an aggregate without groups. */
  async row<Row extends object>(sql: string): Promise<Row> {
    return (await this.rows<Row>(sql))[0]!;
  }

  /**
   * What several statements count, each with one row and one column `count`. They are run side by side, each by one
   * process: of a merge of two indexes every further one would read the second index whole.
   */
  async counts(statements: readonly string[]): Promise<number[]> {
    const rows = await Promise.all(
      statements.map((sql) => this.#rows<{ count: number }>(sql, (lane) => askOneProcess(lane, sql))),
    );
    return rows.map(([row]) => row!.count);
  }

  /** The statements since the last call. */
  takeStatements(): TimedStatement[] {
    const taken = this.#statements;
    this.#statements = [];
    return taken;
  }

  #lane(): Client | Promise<Client> {
    return this.#idle.pop() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(lane: Client): void {
    const next = this.#waiting.shift();
    if (next) next(lane);
    else this.#idle.push(lane);
  }
}

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
      client.once("error", (error: Error) => lastWords.set(client, error));
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

/** Why the server ended a session between two statements; the next statement finds only that it is lost. */
const lastWords = new WeakMap<Client, Error>();

/** The server's answer, or an error that says what stands in the way of the validation. */
async function ask<Row extends object>(client: Client, sql: string): Promise<QueryResult<Row>> {
  try {
    return await client.query<Row>(sql);
  } catch (error) {
    throw explain(lastWords.get(client) ?? error);
  }
}

async function askOneProcess<Row extends object>(client: Client, sql: string): Promise<QueryResult<Row>> {
  await ask(client, "SET LOCAL max_parallel_workers_per_gather = 0");
  const result = await ask<Row>(client, sql);
  await ask(client, "SET LOCAL max_parallel_workers_per_gather TO DEFAULT");
  return result;
}

function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch (error instanceof DatabaseError ? error.code : undefined) {
    case "42P01": // undefined_table
    case "42703": // undefined_column
    case "42883": // undefined_function: there is none for a column of this type
    case "42804": // datatype_mismatch
      return new ExpectedError(
        `This is not a database with the chat schema: ${error.message}.`,
        "Check that the URL names the right database and that its migrations are applied; `pulumi up` applies them.",
      );
    case "42501": // insufficient_privilege
      return new ExpectedError(
        `The role may not read the dataset: ${error.message}.`,
        "The validation needs USAGE on the schema and SELECT on all rows of its tables: GRANT SELECT ON ALL TABLES IN SCHEMA public TO <role>, and BYPASSRLS where policies hide rows.",
      );
    case "57014": // query_canceled
    case "55P03": // lock_not_available
    case "25P04": // transaction_timeout
      return new ExpectedError(
        `The validation was stopped by the server: ${error.message}.`,
        "Raise or remove the role's time limits, e.g. `statement_timeout` by `?options=-c%20statement_timeout%3D0` in the URL.",
      );
    case "53100": // disk_full
    case "53200": // out_of_memory
    case "53400": // configuration_limit_exceeded, such as temp_file_limit
      return new ExpectedError(
        `The server has not enough room for the validation: ${error.message}.`,
        "Nothing was changed. Free disk space or memory, or raise the limit, then validate again.",
      );
    case "57P01": // admin_shutdown
    case "57P02": // crash_shutdown
    case "57P03": // cannot_connect_now
      return lost(error);
    default:
      return error instanceof DatabaseError ? error : lost(error);
  }
}

function lost(error: Error): ExpectedError {
  return new ExpectedError(
    `The connection was lost during the validation: ${error.message}.`,
    "Nothing was changed. Check that the server runs, then validate again.",
  );
}
