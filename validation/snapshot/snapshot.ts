import type { Client, QueryResult } from "pg";
import { query, queryWithoutWorkers } from "./query";

/** A statement and its time, which is 0 when the result of an earlier run was used. */
export interface TimedStatement {
  sql: string;
  seconds: number;
}

/** The database at one moment. Later changes by the application are not visible. */
export class Snapshot {
  readonly #idle: Client[];
  readonly #waiting: ((connection: Client) => void)[] = [];
  readonly #columns: ReadonlySet<string>;
  readonly #results = new Map<string, unknown[]>();
  #statements: TimedStatement[] = [];

  /**
   * @param connections connections that see the same snapshot
   * @param columns the existing columns, as `table.column`
   */
  constructor(connections: Client[], columns: ReadonlySet<string>) {
    this.#idle = [...connections];
    this.#columns = columns;
  }

  /** Whether the database has a column. A database of another application may lack some tables. */
  has(table: string, column = "id"): boolean {
    return this.#columns.has(`${table}.${column}`);
  }

  /**
   * Returns the rows of a statement. In a snapshot, a statement always has the same result, so it is run only once.
   *
   * @throws ExpectedError when a table or a privilege is missing, or the server stops the statement
   */
  rows<Row extends object>(sql: string): Promise<Row[]> {
    return this.#rows(sql, (connection) => query(connection, sql));
  }

  async #rows<Row extends object>(
    sql: string,
    run: (connection: Client) => Promise<QueryResult<Row>>,
  ): Promise<Row[]> {
    const known = this.#results.get(sql);
    if (known !== undefined) {
      this.#statements.push({ sql, seconds: 0 });
      return known as Row[];
    }
    const statement = { sql, seconds: 0 };
    this.#statements.push(statement);
    const connection = await this.#connection();
    const started = performance.now();
    try {
      const { rows } = await run(connection);
      this.#results.set(sql, rows);
      return rows;
    } finally {
      statement.seconds = (performance.now() - started) / 1000;
      this.#release(connection);
    }
  }

  /** Returns the row of a statement that always has exactly one, such as an aggregate without groups. */
  async row<Row extends object>(sql: string): Promise<Row> {
    return (await this.rows<Row>(sql))[0]!;
  }

  /**
   * Returns the counts of several statements, each of which has one row with one column `count`.
   *
   * The statements run at the same time, each without parallel workers, because every worker of a merge join would read
   * the whole second index.
   */
  async counts(statements: readonly string[]): Promise<number[]> {
    const rows = await Promise.all(
      statements.map((sql) =>
        this.#rows<{ count: number }>(sql, (connection) => queryWithoutWorkers(connection, sql)),
      ),
    );
    return rows.map(([row]) => row!.count);
  }

  /** Returns the statements since the last call. */
  takeStatements(): TimedStatement[] {
    const taken = this.#statements;
    this.#statements = [];
    return taken;
  }

  #connection(): Client | Promise<Client> {
    return this.#idle.pop() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(connection: Client): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#idle.push(connection);
  }
}
