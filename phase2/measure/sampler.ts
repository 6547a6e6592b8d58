import type { Client } from "pg";
import { Stream } from "../../common/random";
import { quoteIdentifier, quoteLiteral } from "../../postgres/connection";
import type { QuerySamples, WriteCost } from "../capture";
import type { Cell } from "../parameters/parameters";
import type { HotQuery } from "../queries/query-files";
import { median } from "../../statistics/quantile";
import { withRollback } from "./session";

/** The time of a block of one query in one stratum, milliseconds. A block has every parameter at least once. */
const BLOCK_MS = 500;
/** The most executions of one query in one stratum in a block. One pass through the parameters is always made. */
const MOST_EXECUTIONS = 50;

/** The number of passes through the parameters over which the write-ahead log of inserts is measured. */
const LOG_PASSES = 5;

/** The write-ahead log of one row, as EXPLAIN shows it. */
interface RowLog {
  "WAL Bytes": number;
  /** The number of full-page images, which are logged when a page is first changed after a checkpoint. */
  "WAL FPI": number;
}

/** The measurements so far of one query in one stratum. */
interface Run {
  cell: Cell;
  /** The number of passes through the parameters in each block. */
  passes: number;
  blocks: number[][];
  /** The number of rows that all executions returned. */
  rows: number;
  executions: number;
  /** For inserts, the write-ahead log of each row. */
  log: RowLog[];
  plan?: unknown;
}

/** Samplers so far: no two of them share a prepared statement. */
let samplers = 0;

/**
 * Measures latencies over one connection with prepared statements, block by block. Each block has another random order of
 * queries and strata, so that a drift of the machine does not affect only one of them.
 */
export class Sampler {
  readonly #client: Client;
  readonly #nested: boolean;
  readonly #passes: number | undefined;
  readonly #order: Stream;
  readonly #runs: Run[];
  readonly #number = samplers++;
  #preparation = 0;
  #messages = 0;

  /**
   * @param nested whether the client is in a transaction, which must stay open
   * @param seed the seed of the order
   * @param passes the number of passes through the parameters in each block
   * @default passes as many as fit into half a second
   */
  constructor(
    client: Client,
    cells: Cell[],
    { seed, nested, passes }: { seed: string; nested: boolean; passes?: number | undefined },
  ) {
    this.#client = client;
    this.#nested = nested;
    this.#passes = passes;
    this.#order = new Stream(seed, "phase2.order");
    this.#runs = cells.map((cell) => ({
      cell,
      passes: 1,
      blocks: [],
      rows: 0,
      executions: 0,
      log: [],
    }));
  }

  /** The number of executions of all queries in a block. It is known after `warmUp`. */
  get executionsPerBlock(): number {
    return this.#runs.reduce((sum, { cell, passes }) => sum + passes * cell.parameters.length, 0);
  }

  /**
   * Prepares every statement again and executes it once with each parameter. The caches are then warm, and the server has
   * decided between generic and custom plans, which it does after five executions. Sets the number of passes in a block.
   */
  async warmUp(): Promise<void> {
    this.#preparation += 1;
    await this.#client.query("DEALLOCATE ALL");
    for (const run of this.#runs) {
      const latencies = (await this.#execute(run, 1)).latencies;
      const pass = latencies.reduce((sum, each) => sum + each, 0);
      const most = Math.min(BLOCK_MS / pass, MOST_EXECUTIONS / latencies.length);
      run.passes = this.#passes ?? Math.max(1, Math.floor(most));
    }
  }

  /** Measures one block of every query and stratum. Blocks with the same number have the same order. */
  async block(number: number): Promise<void> {
    const order = this.#runs.map((run, place) => ({ run, drawn: this.#order.draw(number, place) }));
    for (const { run } of order.sort((a, b) => a.drawn - b.drawn)) {
      const { latencies, rows } = await this.#execute(run, run.passes);
      run.blocks.push(latencies);
      run.rows += rows;
      run.executions += latencies.length;
    }
  }

  /**
   * Explains one execution of every query in every stratum, with the plan that was measured. Measures the write-ahead log
   * of inserts.
   */
  async explain(): Promise<void> {
    for (const run of this.#runs) {
      run.plan = await withRollback(this.#client, this.#undoing(run), () =>
        this.#explain(run.cell, run.cell.parameters[0]!, "ANALYZE, BUFFERS"),
      );
      if (writes(run.cell)) run.log = await this.#logOf(run);
    }
  }

  /** The measurements of the queries that read. */
  get queries(): QuerySamples[] {
    return this.#runs
      .filter(({ cell }) => !writes(cell))
      .map(({ cell, plan, blocks, rows, executions }) => ({
        ...labelsOf(cell.query),
        stratum: cell.stratum,
        plan,
        warm_ms: blocks,
        rows: rows / executions,
      }));
  }

  /** The measurements of the query that inserts. */
  get writes(): WriteCost {
    const { cell, blocks, log } = this.#runs.find((run) => writes(run.cell))!;
    const withoutPages = log.filter((row) => row["WAL FPI"] === 0);
    const bytes = (withoutPages.length > 0 ? withoutPages : log).map((row) => row["WAL Bytes"]);
    return { ...labelsOf(cell.query), insert_ms: blocks, wal_bytes_per_row: Math.round(median(bytes)) };
  }

  /** Executes a query with all parameters of its cell, in the given number of passes. */
  async #execute(run: Run, passes: number) {
    const { cell } = run;
    const latencies: number[] = [];
    let rows = 0;
    await withRollback(this.#client, this.#undoing(run), async () => {
      for (let pass = 0; pass < passes; pass++) {
        for (const parameters of cell.parameters) {
          const statement = this.#statement(cell, parameters);
          const started = performance.now();
          const result = await this.#client.query(statement);
          latencies.push(Number((performance.now() - started).toFixed(4)));
          rows += result.rows.length;
        }
      }
    });
    return { latencies, rows };
  }

  /**
   * Measures the write-ahead log of each insert: the row and its index entries. With fillfactor 10, the existing pages count
   * as full and inserts go to new pages, so that no full-page images are logged.
   */
  #logOf({ cell }: Run): Promise<RowLog[]> {
    return withRollback(this.#client, { readOnly: false, nested: this.#nested }, async () => {
      await this.#client.query("ALTER TABLE messages SET (fillfactor = 10)");
      const log: RowLog[] = [];
      for (let pass = 0; pass < LOG_PASSES; pass++) {
        for (const parameters of cell.parameters) {
          const [{ Plan: root }] = await this.#explain<[{ Plan: RowLog }]>(cell, parameters, "ANALYZE, WAL");
          log.push({ "WAL Bytes": root["WAL Bytes"], "WAL FPI": root["WAL FPI"] });
        }
      }
      return log;
    });
  }

  async #explain<Plan>(cell: Cell, parameters: string[], options: string): Promise<Plan> {
    const { name, values } = this.#statement(cell, parameters);
    const literals = values.map(quoteLiteral).join(", ");
    const { rows } = await this.#client.query<{ "QUERY PLAN": Plan }>(
      `EXPLAIN (${options}, FORMAT JSON) EXECUTE ${quoteIdentifier(name)}(${literals})`,
    );
    return rows[0]!["QUERY PLAN"];
  }

  #undoing({ cell }: Run) {
    return { readOnly: !writes(cell), nested: this.#nested };
  }

  #statement({ query, stratum }: Cell, parameters: string[]): Statement {
    return {
      // Each stratum, sampler and block has its own statement. The server counts a statement's custom plans and their
      // costs even when an index is dropped, so that one arm would decide between custom and generic plans for the other.
      name: `${query.name} ${stratum} ${this.#number}.${this.#preparation}`,
      text: query.sql,
      values: query.parameters === "message" ? [this.#newMessageId(), ...parameters] : parameters,
    };
  }

  /** Makes an id in the generator's format. It is greater than all existing ids, so new messages go to the end of the index. */
  #newMessageId(): string {
    return `czzzzzzzz${process.pid.toString(36).padStart(6, "0")}${(this.#messages++).toString(36).padStart(10, "0")}`;
  }
}

interface Statement {
  name: string;
  text: string;
  values: string[];
}

function writes({ query }: Cell): boolean {
  return query.parameters === "message";
}

function labelsOf({ name, title, targetMs }: HotQuery) {
  return { query: name, title, ...(targetMs !== undefined && { target_ms: targetMs }) };
}
