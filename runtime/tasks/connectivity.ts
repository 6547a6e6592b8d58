import { waitUntilReady } from "../../postgres/readiness";
import type { Task } from "../task";

/** How long a server may take to answer its first query, seconds; crash recovery of a large database is the slow case. */
const TIMEOUT_SECONDS = 120;

/** [1/8] A query over TCP as the administrator, repeated until the server is ready. */
export const connectivity: Task<{ adminUrl: string }, { version: string }> = {
  async create({ adminUrl }, log) {
    log("[1/8] Checking PostgreSQL connectivity...");
    const version = await waitUntilReady(adminUrl, { timeoutSeconds: TIMEOUT_SECONDS }, log);
    log(`✓ Connected to PostgreSQL ${version}`);
    return { version };
  },
};
