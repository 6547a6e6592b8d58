import { resetStatistics } from "../../postgres/extensions";
import type { Task } from "../task";

/** [7/8] Query statistics are readable in the database and start from zero. */
export const queryMonitoring: Task<{ databaseUrl: string }, object> = {
  async create({ databaseUrl }, log) {
    log("[7/8] Enabling query monitoring...");
    await resetStatistics(databaseUrl);
    log("✓ Query monitoring enabled");
    return {};
  },
};
