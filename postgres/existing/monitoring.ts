import { DatabaseError } from "pg";
import { withAdministrator } from "../connection";
import { resetStatisticsOf } from "../extensions";
import { isStatStatementsLoaded } from "./preload";

/** The SQLSTATEs for a missing privilege and for an extension that is not installed. */
const MAY_NOT = new Set(["42501", "0A000", "58P01"]);

/** The reason why queries cannot be monitored on the server, or undefined if they can. */
export async function monitoringObstacle(adminUrl: string): Promise<string | undefined> {
  return (await withAdministrator(adminUrl, isStatStatementsLoaded))
    ? undefined
    : "pg_stat_statements is not preloaded";
}

/**
 * Creates pg_stat_statements in a database and resets its statistics, if the administrator may.
 *
 * @param url the administrator's URL of that database
 * @returns the reason why queries cannot be monitored, or undefined if they can
 */
export async function monitorQueries(url: string): Promise<string | undefined> {
  const obstacle = await monitoringObstacle(url);
  if (obstacle !== undefined) return obstacle;
  return withAdministrator(url, async (client) => {
    try {
      await client.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public");
      await resetStatisticsOf(client);
      return undefined;
    } catch (error) {
      if (error instanceof DatabaseError && MAY_NOT.has(error.code ?? "")) return error.message;
      throw error;
    }
  });
}
