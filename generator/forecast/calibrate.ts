import { availableParallelism } from "node:os";
import type { Client } from "pg";
import { quoteIdentifier } from "../../postgres/connection";
import { Copier } from "../load/copy";
import { makePlan } from "../plan/plan";
import { MessageSlice } from "../plan/slice";
import { identities } from "../rows/identities";
import { MessageWriter } from "../rows/messages";
import { SliceRows } from "../rows/slice-rows";
import type { RowSource } from "../rows/source";
import { tables } from "../tables";
import type { Forecast } from "./forecast";

/** The messages of the trial, sent twice: some 13 MB. */
const TRIAL = {
  messages: 20_000,
  users: 2_000,
  conversations: 500,
  seed: "calibration",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
/** Processors that a worker keeps busy: one by the server's work, and half of one by making rows. */
const PROCESSORS_PER_WORKER = 1.5;
/** What comes after the indexes, as scans of all tables: vacuum and analyze, foreign keys, fingerprints. */
const CLOSING_SCANS = 3;

const TABLE = "public.chat_perf_calibration";
const columns = tables.messages.map(quoteIdentifier).join(", ");

/**
 * How long a load will take on this server, by a trial of about a second: messages sent into a table of their own, two
 * indexes, a scan. All happens in a transaction that is never committed, so nothing remains of it, however it ends.
 * Good to within a factor of 1.5, unless the machine gets other work meanwhile.
 *
 * @param client of the role that owns the chat tables, in no transaction
 * @param expected the dataset's forecast
 * @param workers connections that send rows at the same time
 * @returns seconds, from empty tables to the fingerprint
 */
export async function calibrate(client: Client, expected: Forecast, workers: number): Promise<number> {
  await client.query("BEGIN");
  try {
    return extrapolate(await trial(client), expected, workers);
  } finally {
    await client.query("ROLLBACK").catch(() => undefined);
  }
}

/** Seconds of what a load consists of. */
export interface Rates {
  /** For a byte of a table, by one worker. */
  sending: number;
  /** For an entry of an index times the logarithm of their number. */
  sorting: number;
  /** For a byte of a table. */
  scanning: number;
}

async function trial(client: Client): Promise<Rates> {
  const run = (statement: string) => seconds(() => client.query(statement));
  await client.query(`CREATE TABLE ${TABLE} (LIKE public.messages)`);
  const rows = trialRows();
  const copier = new Copier(client);
  // The first rows pay for code and caches that are not warm yet.
  await copier.copy("messages", rows(), TABLE);
  const sending = await seconds(() => copier.copy("messages", rows(), TABLE));
  const inOrder = await run(`CREATE INDEX ON ${TABLE} (id)`);
  const scattered = await run(`CREATE INDEX ON ${TABLE} ("senderId")`);
  const scanning = await run(`SELECT sum(hash_record_extended(ROW(${columns}), 0)) FROM ${TABLE}`);
  const { rows: sizes } = await client.query<{ bytes: string }>(`SELECT pg_table_size('${TABLE}') AS bytes`);
  const bytes = Number(sizes[0]!.bytes);
  return {
    sending: sending / (bytes / 2),
    sorting: (inOrder + scattered) / 2 / comparisons(2 * TRIAL.messages),
    scanning: scanning / bytes,
  };
}

/**
 * The time of a whole load. Index builds side by side are taken to be as fast as one after the other: a large one
 * keeps several processors busy by itself, as in the trial.
 */
export function extrapolate(
  { sending, sorting, scanning }: Rates,
  { tables: expected, heapBytes }: Forecast,
  workers: number,
  processors = availableParallelism(),
): number {
  const streams = Math.max(1, Math.min(workers, processors / PROCESSORS_PER_WORKER));
  const entries = Object.values(expected).flatMap(({ indexes }) => Object.values(indexes));
  return (
    (heapBytes * sending) / streams +
    entries.reduce((sum, { rows }) => sum + comparisons(rows), 0) * sorting +
    heapBytes * scanning * CLOSING_SCANS
  );
}

function comparisons(entries: number): number {
  return entries * Math.log2(entries + 1);
}

/** Gives the trial's messages as often as asked. */
function trialRows(): () => RowSource {
  const plan = makePlan(TRIAL);
  const writer = new MessageWriter(plan, identities(plan));
  const slice = new MessageSlice(plan);
  slice.read(-Infinity, Infinity);
  return () => new SliceRows(writer, slice);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
