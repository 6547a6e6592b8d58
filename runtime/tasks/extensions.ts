import { monitoringObstacle } from "../../postgres/existing/monitoring";
import { assertStatStatementsPreloaded } from "../../postgres/extensions";
import type { Machine } from "../../postgres/machine";
import type { Task } from "../task";

export interface ExtensionsInputs {
  adminUrl: string;
  machine: Machine;
  preloaded: string;
}

/** [3/8] Checks that pg_stat_statements is installed and preloaded. On an existing server it only warns. */
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
