import { monitoringObstacle, monitorQueries } from "../../postgres/existing/monitoring";
import { resetStatistics } from "../../postgres/extensions";
import type { Machine } from "../../postgres/machine";
import type { Task } from "../task";

export interface QueryMonitoringInputs {
  databaseUrl: string;
  machine: Machine;
}

export interface QueryMonitoringOutputs {
  /** The reason why queries are not monitored. It is empty when they are. */
  obstacle: string;
}

/** [7/8] Makes sure that query statistics can be read in the database, and resets them. */
export const queryMonitoring: Task<QueryMonitoringInputs, QueryMonitoringOutputs> = {
  async create({ databaseUrl, machine }, log) {
    log("[7/8] Enabling query monitoring...");
    if (machine.kind === "existing") {
      const obstacle = (await monitorQueries(databaseUrl)) ?? "";
      log(obstacle === "" ? "✓ Query monitoring enabled" : `⚠ Query monitoring is skipped: ${obstacle}`);
      return { obstacle };
    }
    await resetStatistics(databaseUrl);
    log("✓ Query monitoring enabled");
    return { obstacle: "" };
  },
  // The administrator may have restarted the server with the library since. A preview ignores a server that does not
  // answer.
  stale: async ({ databaseUrl, obstacle }) =>
    obstacle.includes("preloaded") &&
    (await monitoringObstacle(databaseUrl).catch(() => obstacle)) === undefined,
};
