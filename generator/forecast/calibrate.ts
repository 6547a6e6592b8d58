import { availableParallelism } from "node:os";
import type { Client } from "pg";
import { quoteIdentifier } from "../../postgres/connection";
import { Copier } from "../load/copy";
import { makePlan } from "../plan/plan";
import { MessageShard } from "../plan/message-shard";
import { identities } from "../rows/identities";
import { MessageWriter } from "../rows/messages";
import { ShardRows } from "../rows/shard-rows";
import type { RowSource } from "../rows/source";
import { tables } from "../tables";
import type { Forecast } from "./forecast";

/** The dataset of the trial. Its messages are sent twice, which is about 13 MB. */
const TRIAL = {
  messages: 20_000,
  users: 2_000,
  conversations: 500,
  seed: "calibration",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
/** The processors that a worker keeps busy: the server uses one, and making rows uses half of one. */
const PROCESSORS_PER_WORKER = 1.5;
/** The scans of all tables besides the indexes: VACUUM and ANALYZE, foreign keys, fingerprints. */
const CLOSING_SCANS = 3;

const TABLE = "chat_perf_calibration";
const columns = tables.messages.map(quoteIdentifier).join(", ");

/**
 * Estimates the time of a load on this server by a trial of about a second. The trial sends messages into its own table,
 * builds two indexes, and scans the table. It runs in a transaction that is never committed, so that it leaves nothing
 * behind. The estimate is correct within a factor of 1.5, unless the machine gets other work.
 *
 * @param client a connection of the role that owns the chat tables, outside of a transaction
 * @param expected the forecast of the dataset
 * @param workers the number of connections that send rows at the same time
 * @returns the seconds from empty tables to the fingerprint
 */
export async function calibrate(client: Client, expected: Forecast, workers: number): Promise<number> {
  await client.query("BEGIN");
  try {
    return extrapolate(await trial(client), expected, workers);
  } finally {
    await client.query("ROLLBACK").catch(() => undefined);
  }
}

/** The rates of the parts of a load, seconds. */
export interface Rates {
  /** Sending a byte of a table by one worker. */
  sending: number;
  /** Sorting an index of n entries, divided by n times the binary logarithm of n. */
  sorting: number;
  /** Scanning a byte of a table. */
  scanning: number;
}

async function trial(client: Client): Promise<Rates> {
  const run = (statement: string) => seconds(() => client.query(statement));
  await client.query(`CREATE TABLE ${TABLE} (LIKE messages)`);
  const rows = trialRows();
  const copier = new Copier(client);
  // The first copy warms up the code and the caches.
  await copier.copy("messages", rows(), { into: TABLE });
  const sending = await seconds(() => copier.copy("messages", rows(), { into: TABLE }));
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
 * Extrapolates the time of a whole load, seconds. Concurrent index builds are taken to be as fast as successive ones,
 * because a large build keeps several processors busy by itself, as it does in the trial.
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

/** Returns a function that gives the trial's messages at each call. */
function trialRows(): () => RowSource {
  const plan = makePlan(TRIAL);
  const writer = new MessageWriter(plan, identities(plan));
  const slice = new MessageShard(plan);
  slice.read(-Infinity, Infinity);
  return () => new ShardRows(writer, slice);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
