import { assertStatStatementsPreloaded } from "../../postgres/extensions";
import type { Task } from "../task";

/** [3/8] pg_stat_statements is there and preloaded. */
export const extensions: Task<{ adminUrl: string; preloaded: string }, object> = {
  async create({ adminUrl }, log) {
    log("[3/8] Checking required extensions...");
    await assertStatStatementsPreloaded(adminUrl);
    log("✓ Extensions configured");
    return {};
  },
};
