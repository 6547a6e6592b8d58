import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { ExpectedError } from "../common/errors";
import type { Log } from "../common/progress";
import { isTransient, reasonOf, remedyOf } from "./connection-errors";
import { clientOptions } from "./tls";

const RETRY_EVERY_MS = 200;
const ATTEMPT_TIMEOUT_MS = 5_000;

/** How long to wait for a server. */
interface Patience {
  timeoutSeconds: number;
  /**
   * Whether the server still exists.
   *
   * @default always true
   */
  isUp?: () => boolean;
}

/**
 * Waits until a query over TCP succeeds as the role of the URL. A listening port alone would not prove that the server
 * is ready.
 *
 * @returns the server's version, e.g. `18.4`
 * @throws ExpectedError when the time has passed, or at once when the server refuses the login
 */
export async function waitUntilReady(
  url: string,
  { timeoutSeconds, isUp = () => true }: Patience,
  log: Log,
): Promise<string> {
  const giveUp = Date.now() + timeoutSeconds * 1000;
  for (let attempt = 1; ; attempt++) {
    try {
      return await queryVersion(url);
    } catch (error) {
      const { host, pathname, username } = new URL(url);
      const where = `PostgreSQL at ${host}, database "${decodeURIComponent(pathname.slice(1))}", role "${decodeURIComponent(username)}"`;
      const reason = reasonOf(error);
      if (error instanceof ExpectedError) throw error;
      if (!isTransient(error)) {
        throw new ExpectedError(`${where} refused the connection: ${reason}.`, remedyOf(error), {
          cause: error,
        });
      }
      if (Date.now() >= giveUp || !isUp()) {
        throw new ExpectedError(
          `${where} was not ready within ${timeoutSeconds} s: ${reason}.`,
          remedyOf(error),
          { cause: error },
        );
      }
      if (attempt === 1) log(`Waiting for PostgreSQL at ${host} (${reason})`);
      await delay(RETRY_EVERY_MS);
    }
  }
}

/** Whether the server accepts the role's password. Waits for a server that is not ready, as `waitUntilReady` does. */
export async function acceptsLogin(url: string, patience: Patience, log: Log): Promise<boolean> {
  try {
    await waitUntilReady(url, patience, log);
    return true;
  } catch (error) {
    if (error instanceof ExpectedError && error.message.includes("password authentication failed"))
      return false;
    throw error;
  }
}

async function queryVersion(url: string): Promise<string> {
  const client = new Client({
    ...clientOptions(url),
    connectionTimeoutMillis: ATTEMPT_TIMEOUT_MS,
    query_timeout: ATTEMPT_TIMEOUT_MS,
    application_name: "chat-perf",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    return rows[0]!.server_version;
  } finally {
    await client.end().catch(() => undefined);
  }
}
