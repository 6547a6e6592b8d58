import type { Client } from "pg";
import { formatCount } from "../../common/format";
import { quoteLiteral } from "../../postgres/connection";
import type { Log } from "../../common/progress";
import { withRollback } from "../measure/session";
import { type Cell, drawParameters } from "../parameters/parameters";
import { readHotQueries } from "../queries/query-files";
import { DEFAULT_SEED } from "../digest";
import type { IndexDefinition } from "./definitions";

/**
 * Logs for each query what the planner expects of the indexes before they are built. This needs the extension hypopg in the
 * database. It is an estimate of costs, which have no unit, and not a measurement of times.
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
    for (const [i, { query, stratum }] of cells.entries()) {
      const costs = `${formatCount(before[i]!)} → ${formatCount(after[i]!)}`;
      log(`estimate (hypopg, not measured): ${query.name}, ${stratum}: the planner's cost ${costs}`);
    }
  } finally {
    await client.query("SELECT hypopg_reset()").catch(() => undefined);
  }
}

/** Reads the planner's cost of each query with its first parameters. */
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
