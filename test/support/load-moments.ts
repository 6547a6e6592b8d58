import { setImmediate } from "node:timers/promises";
import type { Client } from "pg";
import { tableNames } from "../../generator/tables";

/**
 * The phases of a load of five shards, with the number of units in each phase, and the SQL that counts the units that
 * are left.
 */
export const phases = [
  { name: "rows", unit: "parts", units: 8, left: "8 - (SELECT count(*) FROM chat_perf.shard)" },
  {
    name: "analyze",
    unit: "tables",
    units: 6,
    left: `(SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relallvisible = 0
             AND relname IN (${tableNames.map((name) => `'${name}'`).join(", ")}))`,
  },
  { name: "indexes", unit: "keys and indexes", units: 24, left: savedOf("index", "key") },
  {
    name: "foreign keys",
    unit: "statements",
    units: 20,
    left: savedOf("foreign key", "validation"),
  },
  {
    name: "fingerprint",
    unit: "results",
    units: 1,
    left: "(SELECT count(*) FROM chat_perf.load WHERE result IS NULL)",
  },
];

function savedOf(...kinds: string[]): string {
  const list = kinds.map((kind) => `'${kind}'`).join(", ");
  return `(SELECT count(*) FROM chat_perf.saved_definition WHERE kind IN (${list}))`;
}

/** The moment when a phase has at most this many units left. */
export interface Moment {
  /** The index in `phases`. */
  phase: number;
  left: number;
}

/** Describes the moment. */
export function describeMoment({ phase, left }: Moment): string {
  const { name, unit } = phases[phase]!;
  return `${name}, ${left} ${unit} left`;
}

/**
 * Waits until a running load reaches the moment. From then on, the load cannot complete before the client's transaction
 * or connection ends.
 *
 * @param client an administrator's connection to the load's database
 * @param output the output of the load, for the error when it ends too early
 */
export async function reached(
  client: Client,
  { phase, left }: Moment,
  output: Promise<string>,
): Promise<void> {
  const over = new AbortController();
  void output.then(() => {
    over.abort();
  });
  const condition = [
    "EXISTS (SELECT FROM chat_perf.load WHERE result IS NULL)",
    ...phases.slice(0, phase).map((earlier) => `${earlier.left} = 0`),
    `${phases[phase]!.left} <= ${left}`,
  ].join(" AND ");
  while (!over.signal.aborted) {
    const { rows } = await client
      .query<{ now: boolean }>(`SELECT ${condition} AS now`)
      .catch((error: unknown) => {
        // The ledger does not exist yet.
        if ((error as { code?: string }).code === "42P01") return { rows: [] };
        throw error;
      });
    if (rows[0]?.now === true && (await keepOpen(client))) return;
    await setImmediate();
  }
  throw new Error(`The load was over before the moment came: ${await output}`);
}

/**
 * Begins a transaction that prevents the load from writing its result. Returns false if the result is already written.
 */
async function keepOpen(client: Client): Promise<boolean> {
  await client.query("BEGIN");
  const { rowCount } = await client.query("SELECT FROM chat_perf.load WHERE result IS NULL FOR SHARE");
  return rowCount === 1;
}
