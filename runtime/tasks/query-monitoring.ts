import { monitoringObstacle, monitorQueries } from "../../postgres/existing/monitoring";
import { resetStatistics } from "../../postgres/extensions";
import type { Machine } from "../../postgres/machine";
import type { Task } from "../task";

export interface QueryMonitoringInputs {
  databaseUrl: string;
  machine: Machine;
}

export interface QueryMonitoringOutputs {
  /** Why queries are not monitored; empty where they are. */
  obstacle: string;
}

/** [7/8] Query statistics are readable in the database and start from zero. */
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
  // The administrator may have restarted the server with the library. A preview does without a server that does not
  // answer.
  stale: async ({ databaseUrl, obstacle }) =>
    obstacle.includes("preloaded") &&
    (await monitoringObstacle(databaseUrl).catch(() => obstacle)) === undefined,
};
