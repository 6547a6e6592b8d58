import { type Client, type CustomTypesConfig, DatabaseError, types } from "pg";
import { withClient } from "../postgres/connection";
import { ExpectedError } from "../runtime/errors";

/** A statement that was run, and how long it took; 0 when an earlier run's answer was used. */
export interface TimedStatement {
  sql: string;
  seconds: number;
}

/** The database as it was at one moment: what the application does meanwhile is not seen. */
export class Snapshot {
  readonly #client: Client;
  readonly #answers = new Map<string, unknown[]>();
  #statements: TimedStatement[] = [];

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * The rows of a statement. Within a snapshot the same statement has the same answer, so it is run once.
   *
   * @throws ExpectedError when a table or a right is missing, or the statement is cancelled
   */
  async rows<Row extends object>(sql: string): Promise<Row[]> {
    const known = this.#answers.get(sql);
    if (known !== undefined) {
      this.#statements.push({ sql, seconds: 0 });
      return known as Row[];
    }
    const started = performance.now();
    const { rows } = await this.#client.query<Row>(sql).catch((error: unknown) => {
      throw explain(error);
    });
    this.#answers.set(sql, rows);
    this.#statements.push({ sql, seconds: (performance.now() - started) / 1000 });
    return rows;
  }

  /** The one row of a statement that always has one, such as an aggregate without groups. */
  async row<Row extends object>(sql: string): Promise<Row> {
    return (await this.rows<Row>(sql))[0]!;
  }

  /** The statements since the last call. */
  takeStatements(): TimedStatement[] {
    const taken = this.#statements;
    this.#statements = [];
    return taken;
  }
}

/** Runs `work` on a snapshot of the database, read-only: SELECT on the tables is all that the role needs. */
export function withSnapshot<T>(databaseUrl: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return withClient(
    databaseUrl,
    async (client) => {
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      // Compiling these statements takes longer than it saves. Where the planner would build a shared hash table of
      // millions of ids, merging the two indexes takes half the time and no memory.
      await client.query("SET LOCAL jit = off; SET LOCAL enable_parallel_hash = off");
      const result = await work(new Snapshot(client));
      await client.query("COMMIT");
      return result;
    },
    { types: { getTypeParser } },
  );
}

/** Counts (int8) and their sums (numeric) as numbers: a table has far fewer than 2^53 rows. */
const getTypeParser: CustomTypesConfig["getTypeParser"] = (oid, format) =>
  asNumber.has(oid) ? Number : (types.getTypeParser(oid, format) as (value: string) => unknown);

const asNumber = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);

function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch (error instanceof DatabaseError ? error.code : undefined) {
    case "42P01": // undefined_table
    case "42703": // undefined_column
      return new ExpectedError(
        `This is not a database with the chat schema: ${error.message}.`,
        "Check that the URL names the right database and that its migrations are applied; `pulumi up` applies them.",
      );
    case "42501": // insufficient_privilege
      return new ExpectedError(
        `The role may not read the dataset: ${error.message}.`,
        "The validation needs USAGE on the schema and SELECT on its tables: GRANT SELECT ON ALL TABLES IN SCHEMA public TO <role>.",
      );
    case "57014": // query_canceled
      return new ExpectedError(
        `The validation was stopped by the server: ${error.message}.`,
        "Raise or remove `statement_timeout` for this role, e.g. by `?options=-c%20statement_timeout%3D0` in the URL.",
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
