import type { Client } from "pg";
import { quoteIdentifier, withClient } from "../../postgres/connection";
import type { Log } from "../../common/progress";
import type { Frequencies } from "../capture";
import type { HotQuery } from "./query-files";

/** Where the application's calls may be found. */
export interface FrequencyOptions {
  /** The application's role. Without it, the calls of all roles but the owner's are read, as far as the owner may see them. */
  applicationUrl?: string | undefined;
  log: Log;
}

/**
 * Finds out how often each reading query runs: by the calls in pg_stat_statements when it has all of the queries, else by the
 * header `share` when all query files have it. Otherwise nothing is known.
 *
 * The owner's calls do not count, because they are measurements.
 */
export async function readFrequencies(
  client: Client,
  queries: readonly HotQuery[],
  { applicationUrl, log }: FrequencyOptions,
): Promise<Frequencies | undefined> {
  const reading = queries.filter(({ parameters }) => parameters !== "message");
  const calls = await (
    applicationUrl === undefined
      ? callsOf(client, reading, "<>")
      : withClient(applicationUrl, (application) => callsOf(application, reading, "="))
  ).catch((error: unknown) => {
    log(`How often the queries run is not known from pg_stat_statements: ${(error as Error).message}`);
    return {};
  });
  if (isWhole(calls, reading)) return { source: "pg_stat_statements", of: calls };
  const shares = Object.fromEntries(
    reading.flatMap(({ name, share }) => (share === undefined ? [] : [[name, share]])),
  ) as Record<string, number>;
  return isWhole(shares, reading) ? { source: "share headers", of: shares } : undefined;
}

function isWhole(of: Record<string, number>, queries: readonly HotQuery[]): boolean {
  return queries.length > 0 && queries.every(({ name }) => of[name] !== undefined);
}

/** The calls of each query that pg_stat_statements has. Queries that differ by constants alone share theirs. */
async function callsOf(
  client: Client,
  queries: readonly HotQuery[],
  userIs: "=" | "<>",
): Promise<Record<string, number>> {
  const { rows: extensions } = await client.query<{ schema: string }>(
    `SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
     WHERE e.extname = 'pg_stat_statements'`,
  );
  if (extensions.length === 0) return {};
  const ids = new Map<string, string>();
  for (const { name, sql, parameters } of queries) {
    await client.query(`PREPARE identified AS ${sql}`);
    const nulls = parameters === "member" ? "NULL, NULL" : "NULL";
    // As text, because the number is too large for one of JavaScript.
    const { rows } = await client.query<{ "QUERY PLAN": string }>(
      `EXPLAIN (VERBOSE) EXECUTE identified(${nulls})`,
    );
    await client.query("DEALLOCATE identified");
    const lines = rows.map((row) => /^Query Identifier: (-?\d+)$/.exec(row["QUERY PLAN"])?.[1]);
    ids.set(name, lines.find((id) => id !== undefined) ?? "");
  }
  const { rows } = await client.query<{ id: string; calls: string }>(
    `SELECT s.queryid AS id, sum(s.calls) AS calls FROM ${quoteIdentifier(extensions[0]!.schema)}.pg_stat_statements s
     WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND s.userid ${userIs} (SELECT oid FROM pg_roles WHERE rolname = current_user)
       AND s.queryid::text = ANY ($1) GROUP BY 1`,
    [[...ids.values()]],
  );
  const calls = new Map(rows.map(({ id, calls }) => [id, Number(calls)]));
  return Object.fromEntries(
    [...ids].flatMap(([name, id]) => {
      const alike = [...ids.values()].filter((other) => other === id).length;
      const own = calls.get(id);
      return own === undefined ? [] : [[name, own / alike]];
    }),
  );
}
