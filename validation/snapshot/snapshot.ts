import type { Client, QueryResult } from "pg";
import { ask, askOneProcess } from "./ask";

/** A statement that was run, and how long it took; 0 when an earlier run's answer was used. */
export interface TimedStatement {
  sql: string;
  seconds: number;
}

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
