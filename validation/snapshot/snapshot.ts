import type { Client, QueryResult } from "pg";
import type { Columns, TableSize } from "./columns";
import { Connections } from "./connections";
import { query, queryWithoutWorkers } from "./query";
import type { Work } from "./work";

/** The most ranges of pages into which a pass is divided. */
const MOST_RANGES = 64;
/** The fewest pages of a range: 64 MB. A smaller range would take less time than its planning is worth. */
const FEWEST_PAGES = 8192;

/** What all views of a snapshot share. */
interface Shared {
  connections: Connections;
  columns: Columns;
  sizes: ReadonlyMap<string, TableSize>;
  /** The results by statement. In a snapshot, a statement always has the same result, so it is run only once. */
  results: Map<string, Promise<object[]>>;
  work: Work;
}

/** The database at one moment. Later changes by the application are not visible. */
export class Snapshot {
  readonly #shared: Shared;
  readonly #statements: string[] = [];

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** The same snapshot with its own list of statements. A result that one view has asked for is known to all. */
  view(): Snapshot {
    return new Snapshot(this.#shared);
  }

  /** The statements that were asked for through this view. */
  get statements(): readonly string[] {
    return this.#statements;
  }

  /** The columns of the chat tables. */
  get columns(): Columns {
    return this.#shared.columns;
  }

  /** The rows that are still to be read, which the progress reports. */
  get work(): Work {
    return this.#shared.work;
  }

  /** Whether the database has a column. A database of another application may lack some tables. */
  has(table: string, column = "id"): boolean {
    return this.columns.exists(`${table}.${column}`);
  }

  /** The estimated number of rows of a table. */
  estimatedRows(table: string): number {
    return this.#shared.sizes.get(table)?.rows ?? 0;
  }

  /**
   * Returns the rows of a statement.
   *
   * @param reads the estimated number of rows that it reads, where that takes long
   * @throws ExpectedError when a table or a privilege is missing, or the server stops the statement
   */
  rows<Row extends object>(sql: string, reads = 0): Promise<Row[]> {
    return this.#once(sql, () => this.#run<Row>((client) => query(client, sql), reads));
  }

  /** Returns the row of a statement that always has exactly one, such as an aggregate without groups. */
  async row<Row extends object>(sql: string, reads = 0): Promise<Row> {
    return (await this.rows<Row>(sql, reads))[0]!;
  }

  /**
   * Returns the first row of each statement. The statements run at the same time, each without parallel workers, because
   * every worker of a merge join would read the whole second index.
   */
  each<Row extends object>(statements: readonly string[], reads = 0): Promise<Row[]> {
    return Promise.all(
      statements.map(async (sql) => {
        const run = (client: Client): Promise<QueryResult<Row>> => queryWithoutWorkers(client, sql);
        return (await this.#once(sql, () => this.#run(run, reads / statements.length)))[0]!;
      }),
    );
  }

  /** Returns the counts of several statements, each of which has one row with one column `count`, as `each` does. */
  async counts(statements: readonly string[], reads = 0): Promise<number[]> {
    return (await this.each<{ count: number }>(statements, reads)).map(({ count }) => count);
  }

  /**
   * Runs a statement over all rows of a table in ranges of pages, and returns the rows of all ranges. All connections then
   * share the work, and the progress is known. A table without pages of its own, such as a view, is read in one piece.
   *
   * @param statement makes the statement over the rows of one range, or over all rows; a report shows the second
   */
  inRanges<Row extends object>(table: string, statement: (range?: string) => string): Promise<Row[]> {
    const { pages = 0, rows = 0 } = this.#shared.sizes.get(table) ?? {};
    const number = Math.min(MOST_RANGES, Math.floor(pages / FEWEST_PAGES));
    if (number < 2) return this.rows(statement(), rows);
    const bounds = Array.from({ length: number - 1 }, (_, i) => Math.round(((i + 1) * pages) / number));
    const ranges = [undefined, ...bounds].map((from, i) =>
      [from && `ctid >= '(${from},0)'`, bounds[i] && `ctid < '(${bounds[i]},0)'`]
        .filter(Boolean)
        .join(" AND "),
    );
    return this.#once(statement(), async () => {
      const parts = await Promise.all(
        ranges.map((range) => this.#run<Row>((client) => query(client, statement(range)), rows / number)),
      );
      return parts.flat();
    });
  }

  #once<Row extends object>(sql: string, run: () => Promise<Row[]>): Promise<Row[]> {
    this.#statements.push(sql.trim());
    const { results } = this.#shared;
    const known = results.get(sql) ?? run();
    results.set(sql, known);
    return known as Promise<Row[]>;
  }

  #run<Row extends object>(
    run: (connection: Client) => Promise<QueryResult<Row>>,
    reads: number,
  ): Promise<Row[]> {
    return this.#shared.connections.use(async (connection) => {
      const { rows } = await this.work.during(reads, () => run(connection));
      return rows;
    });
  }
}
