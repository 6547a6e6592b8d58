import { DatabaseError } from "pg";
import { withAdministrator } from "../connection";
import { resetStatisticsOf } from "../extensions";
import { isStatStatementsLoaded } from "./preload";

/** SQLSTATEs of a role that may not, and of an extension that is not installed. */
const MAY_NOT = new Set(["42501", "0A000", "58P01"]);

/** Why queries cannot be monitored on the server, if so. */
export async function monitoringObstacle(adminUrl: string): Promise<string | undefined> {
  return (await withAdministrator(adminUrl, isStatStatementsLoaded))
    ? undefined
    : "pg_stat_statements is not preloaded";
}

/**
 * Has queries monitored in a database, as far as the administrator may: the extension, its statistics, and these set
 * back to zero.
 *
 * @param url the administrator's, in that database
 * @returns why not, if so
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
