import { waitUntilReady } from "../../postgres/readiness";
import type { Task } from "../task";

/**
 * How long a server may need to answer its first query, in seconds. Crash recovery of a large database takes longest.
 */
const TIMEOUT_SECONDS = 120;

/** [1/8] Waits until the server answers a query of the administrator over TCP. */
export const connectivity: Task<{ adminUrl: string }, { version: string }> = {
  async create({ adminUrl }, log) {
    log("[1/8] Checking PostgreSQL connectivity...");
    const version = await waitUntilReady(adminUrl, { timeoutSeconds: TIMEOUT_SECONDS }, log);
    log(`✓ Connected to PostgreSQL ${version}`);
    return { version };
  },
};
