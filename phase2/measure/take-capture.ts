import type { Client } from "pg";
import { ExpectedError } from "../../runtime/errors";
import { type Log, Progress } from "../../runtime/progress";
import type { Capture } from "../capture";
import { type IndexDefinition, indexesAsTheyAre, readIndexes } from "../indexes/definitions";
import { type Cell, drawParameters } from "../parameters/parameters";
import { checkQueries, QUERIES, readHotQueries } from "../queries/query-files";
import { coldLatencies, type OwnMachine } from "./cold";
import { identifyRows, readConditions, readTables, type Rows } from "./conditions";
import { Sampler } from "./sampler";
import { withPhase2 } from "./session";

/** Blocks of every query, unless told otherwise: enough that a few disturbed ones do not decide. */
export const BLOCKS = 20;

export interface CaptureOptions {
  kind: Capture["kind"];
  /** Draws the queries' parameters and their order. */
  seed: string;
  /** Where the server is ours: it is restarted to measure cold executions too. */
  machine?: OwnMachine;
  /** Blocks of every query. Default: 20. */
  blocks?: number;
  /** Folder of the hot queries. Default: `phase2/queries`. */
  queriesFolder?: string;
  log: Log;
}

/**
 * Measures the hot queries on a database as it is. Nothing stays of it, whenever it is stopped: queries run read-only,
 * inserts in transactions that are rolled back, settings are the session's.
 *
 * @param ownerUrl the role that owns the tables
 * @throws ExpectedError when the indexes of phase 2 are there before the optimization or are not there after it, a query
 *   is not taken, or the server stops the work
 */
export async function takeCapture(ownerUrl: string, options: CaptureOptions): Promise<Capture> {
  const { kind, seed, machine, blocks = BLOCKS, queriesFolder = QUERIES, log } = options;
  const prepared = await prepareCapture(ownerUrl, { seed, queriesFolder, log }, (client) =>
    requireSequence(client, kind),
  );
  const { rows, cells } = prepared;
  const cold = machine && (await coldLatencies(ownerUrl, machine, cells, seed, log));
  return withPhase2(ownerUrl, "The capture", async (client) => {
    await requireSequence(client, kind);
    const sampler = new Sampler(client, cells, { seed, nested: false });
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
    const capture = await describe(client, kind, { rows, cells, sampler, seed });
    if (cold === undefined) return capture;
    const queries = capture.queries.map((query, place) => ({ ...query, cold_ms: cold.latencies[place]! }));
    return { ...capture, queries, cold_by: cold.by };
  });
}

/** What a capture is about, known before anything is measured. */
export interface Prepared {
  rows: Rows;
  cells: Cell[];
}

/** Checks the queries, reads the rows and draws the parameters. */
export function prepareCapture(
  ownerUrl: string,
  { seed, queriesFolder, log }: { seed: string; queriesFolder: string; log: Log },
  check: (client: Client) => Promise<void>,
): Promise<Prepared> {
  return withPhase2(ownerUrl, "The capture", async (client) => {
    const queries = readHotQueries(queriesFolder);
    await check(client);
    await checkQueries(client, queries);
    log("Reading all rows, to know what the capture is of...");
    const rows = await identifyRows(client, ownerUrl);
    const cells = await drawParameters(client, queries, seed);
    log(`${queries.length} queries, ${cells.length} with their strata, parameters drawn by "${seed}"`);
    return { rows, cells };
  });
}

/** The capture of what the sampler measured, on the tables and indexes as the client sees them. */
export async function describe(
  client: Client,
  kind: Capture["kind"],
  { rows, cells, sampler, seed }: Prepared & { sampler: Sampler; seed: string },
): Promise<Capture> {
  return {
    kind,
    version: 1,
    captured_at: new Date().toISOString(),
    conditions: await readConditions(client, rows, cells, seed),
    tables: await readTables(client, rows),
    indexes: await readIndexes(client),
    queries: sampler.queries,
    writes: sampler.writes,
  };
}

/**
 * Runs `work`, whose inserts are rolled back, and removes the dead rows that these leave behind for the next capture to
 * find. Every page is looked at: from some of them VACUUM would estimate the table's number of rows anew, and plans could
 * change by that alone.
 */
export async function withoutDeadRows<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    // The first error is the one to report, and dead rows are nothing that the server does not remove by itself.
    await client.query("VACUUM (DISABLE_PAGE_SKIPPING) messages").catch(() => undefined);
  }
}

async function requireSequence(client: Client, kind: Capture["kind"]): Promise<void> {
  const { valid, invalid, missing } = await indexesAsTheyAre(client);
  const names = (indexes: IndexDefinition[]): string => indexes.map(({ name }) => name).join(", ");
  const database = client.database ?? "";
  if (kind === "pre-optimization" && valid.length + invalid.length > 0) {
    throw new ExpectedError(
      `Database "${database}" has indexes of phase 2 already: ${names([...valid, ...invalid])}.`,
      "Take them away by --revert for a capture of the time before, or measure both in turns by --ab.",
    );
  }
  if (kind === "post-optimization" && missing.length + invalid.length > 0) {
    const broken = invalid.length > 0 ? ` (left invalid by a failed build: ${names(invalid)})` : "";
    throw new ExpectedError(
      `Database "${database}" lacks indexes of phase 2: ${names([...missing, ...invalid])}${broken}.`,
      "Build them by --apply, or by psql with phase2/phase-2-indexes.sql.",
    );
  }
}
