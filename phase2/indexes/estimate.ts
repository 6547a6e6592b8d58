import type { Client } from "pg";
import { quoteLiteral } from "../../postgres/connection";
import type { Log } from "../../runtime/progress";
import { withRollback } from "../measure/session";
import { type Cell, drawParameters } from "../parameters/parameters";
import { readHotQueries } from "../queries/query-files";
import { DEFAULT_SEED } from "../digest";
import type { IndexDefinition } from "./definitions";

/** Costs have no unit, and are far from exact. */
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/**
 * Where the extension hypopg is installed in the database: says what the planner expects of indexes before they are
 * built, query by query. That is an estimate of costs, not a measurement of times.
 */
export async function announceEstimate(client: Client, indexes: IndexDefinition[], log: Log): Promise<void> {
  const { rows } = await client.query("SELECT FROM pg_extension WHERE extname = 'hypopg'");
  if (rows.length === 0 || indexes.length === 0) return;
  const reading = readHotQueries().filter(({ parameters }) => parameters !== "message");
  const cells = await drawParameters(client, reading, DEFAULT_SEED);
  const before = await plannedCosts(client, cells);
  try {
    for (const { statement } of indexes) {
      const hypothetical = statement.replace(" CONCURRENTLY IF NOT EXISTS", "");
      await client.query("SELECT hypopg_create_index($1)", [hypothetical]);
    }
    const after = await plannedCosts(client, cells);
    for (const [place, { query, stratum }] of cells.entries()) {
      const costs = `${whole.format(before[place]!)} → ${whole.format(after[place]!)}`;
      log(`estimate (hypopg, not measured): ${query.name}, ${stratum}: the planner's cost ${costs}`);
    }
  } finally {
    await client.query("SELECT hypopg_reset()").catch(() => undefined);
  }
}

/** The planner's cost of each query with its first parameters. */
async function plannedCosts(client: Client, cells: Cell[]): Promise<number[]> {
  const costs: number[] = [];
  for (const { query, parameters } of cells) {
    await withRollback(client, { readOnly: true, nested: false }, async () => {
      await client.query(`PREPARE estimated AS ${query.sql}`);
      const values = parameters[0]!.map(quoteLiteral).join(", ");
      const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: { "Total Cost": number } }] }>(
        `EXPLAIN (FORMAT JSON) EXECUTE estimated(${values})`,
      );
      costs.push(rows[0]!["QUERY PLAN"][0].Plan["Total Cost"]);
      await client.query("DEALLOCATE estimated");
    });
  }
  return costs;
}
