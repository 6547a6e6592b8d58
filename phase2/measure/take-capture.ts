import type { Client } from "pg";
import { type Log, Progress } from "../../common/progress";
import type { Capture, Frequencies } from "../capture";
import { readIndexes } from "../indexes/definitions";
import { announceInvalid } from "../indexes/invalid";
import { requireSequence } from "../indexes/sequence";
import { type Cell, drawParameters } from "../parameters/parameters";
import { type FrequencyOptions, readFrequencies } from "../queries/frequencies";
import { checkQueries, QUERIES, readHotQueries } from "../queries/query-files";
import { tryQueries } from "../queries/try-queries";
import { coldLatencies, type OwnMachine, withCold } from "./cold";
import { identifyRows, readConditions, readTables, type Rows } from "./conditions";
import { Sampler } from "./sampler";
import { withPhase2 } from "./session";

/** The default number of blocks of every query. With so many, a few disturbed blocks do not change the verdict. */
export const BLOCKS = 20;

export interface CaptureOptions {
  kind: Capture["kind"];
  /** The seed of the queries' parameters and of their order. */
  seed: string;
  /** The server, when this project may restart it. Cold executions are then measured too. */
  machine?: OwnMachine;
  /**
   * The number of blocks of every query.
   *
   * @default 20
   */
  blocks?: number | undefined;
  /**
   * The number of passes through the parameters of a stratum in each block.
   *
   * @default as many as fit into half a second, at most 50 executions
   */
  passes?: number | undefined;
  /**
   * The folder of the hot queries.
   *
   * @default phase2/queries
   */
  queriesFolder?: string;
  /** The application's role, whose calls in pg_stat_statements tell how often each query runs. */
  applicationUrl?: string | undefined;
  log: Log;
}

/**
 * Measures the hot queries on a database as it is. The measurement leaves nothing behind, even when it is stopped: queries
 * are read-only, inserts are rolled back, and settings end with the session.
 *
 * @param ownerUrl the role that owns the tables
 * @throws ExpectedError when the phase-2 indexes exist before the optimization or are missing after it, when the server
 *   rejects a query, or when the server stops the work
 */
export async function takeCapture(ownerUrl: string, options: CaptureOptions): Promise<Capture> {
  const {
    kind,
    seed,
    machine,
    blocks = BLOCKS,
    passes,
    queriesFolder = QUERIES,
    applicationUrl,
    log,
  } = options;
  const prepared = await prepareCapture(ownerUrl, { seed, queriesFolder, applicationUrl, log }, (client) =>
    requireSequence(client, kind, log),
  );
  const { cells } = prepared;
  const cold = machine && (await coldLatencies(ownerUrl, machine, cells, seed, log));
  return withPhase2(ownerUrl, "The capture", async (client) => {
    await requireSequence(client, kind, () => undefined);
    const sampler = new Sampler(client, cells, { seed, passes, nested: false });
    await withoutDeadRows(client, async () => {
      await sampler.warmUp();
      const progress = new Progress("latencies", blocks * sampler.executionsPerBlock, "executions", log);
      for (let block = 0; block < blocks; block++) {
        await sampler.block(block);
        progress.advance(sampler.executionsPerBlock);
      }
      progress.finish();
      await sampler.explain();
    });
    return withCold(await describe(client, kind, { ...prepared, sampler, seed }), cold);
  });
}

/** The rows and queries of a capture, which are known before the measurement. */
export interface Prepared {
  rows: Rows;
  cells: Cell[];
  frequencies?: Frequencies | undefined;
}

export interface PrepareOptions extends FrequencyOptions {
  seed: string;
  queriesFolder: string;
}

/** Checks the queries, reads the rows, draws the parameters, and finds out how often the queries run. */
export function prepareCapture(
  ownerUrl: string,
  { seed, queriesFolder, applicationUrl, log }: PrepareOptions,
  check: (client: Client) => Promise<void>,
): Promise<Prepared> {
  return withPhase2(ownerUrl, "The capture", async (client) => {
    const queries = readHotQueries(queriesFolder);
    await announceInvalid(client, log);
    await check(client);
    await checkQueries(client, queries);
    log("Reading all rows, to identify the dataset of the capture...");
    const rows = await identifyRows(client, ownerUrl);
    const cells = await drawParameters(client, queries, seed);
    await tryQueries(client, cells, log);
    log(`${queries.length} queries, ${cells.length} combinations of query and stratum, seed "${seed}"`);
    const frequencies = await readFrequencies(client, queries, { applicationUrl, log });
    return { rows, cells, frequencies };
  });
}

/** Makes the capture from the sampler's measurements, with the tables and indexes as this client sees them. */
export async function describe(
  client: Client,
  kind: Capture["kind"],
  { rows, cells, frequencies, sampler, seed }: Prepared & { sampler: Sampler; seed: string },
): Promise<Capture> {
  return {
    kind,
    version: 1,
    captured_at: new Date().toISOString(),
    ...(frequencies && { frequencies }),
    conditions: await readConditions(client, rows, cells, seed),
    tables: await readTables(client, rows),
    indexes: await readIndexes(client),
    queries: sampler.queries,
    writes: sampler.writes,
  };
}

/**
 * Runs `work`, then removes the dead rows that its rolled-back inserts leave behind, because they would influence the next
 * capture. VACUUM visits every page. If it visited only some, it would estimate the number of rows again, and plans could
 * change.
 */
export async function withoutDeadRows<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    // The first error is the one to report. The server removes the dead rows later by itself.
    await client.query("VACUUM (DISABLE_PAGE_SKIPPING) messages").catch(() => undefined);
  }
}
