import { monitoringObstacle } from "../../postgres/existing/monitoring";
import { assertStatStatementsPreloaded } from "../../postgres/extensions";
import type { Machine } from "../../postgres/machine";
import type { Task } from "../task";

export interface ExtensionsInputs {
  adminUrl: string;
  machine: Machine;
  preloaded: string;
}

/** [3/8] pg_stat_statements is there and preloaded; on a server that somebody else runs, it need not be. */
export const extensions: Task<ExtensionsInputs, object> = {
  async create({ adminUrl, machine }, log) {
    log("[3/8] Checking required extensions...");
    if (machine.kind === "existing") {
      const obstacle = await monitoringObstacle(adminUrl);
      log(obstacle === undefined ? "✓ Extensions configured" : `⚠ ${obstacle}: queries are not monitored`);
      return {};
    }
    await assertStatStatementsPreloaded(adminUrl);
    log("✓ Extensions configured");
    return {};
  },
};
