import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { concernsServer, ConnectionError, isTransient } from "../postgres/connection-errors";

/** The age of this process, in milliseconds, until which a server may still be starting. */
const STARTING_MS = 5_000;
const RETRY_EVERY_MS = 200;

/**
 * Reads something that is in a server. A refresh reads all resources at once, also the server, and starts it if it is
 * stopped. The read is therefore tried again while this process is young. Only the server's own resource reports a
 * server that is lost, so that its error is not one among thirty.
 *
 * @param read the `read` of a task
 * @param starting the age of this process until which it tries again, in milliseconds
 * @returns the properties that have changed: none when the server does not answer or refuses the login
 */
export async function readInServer<Found>(
  read: () => Promise<Found>,
  starting = STARTING_MS,
): Promise<Found | object> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      const { cause } = error;
      if (isTransient(cause) && performance.now() < starting) {
        await delay(RETRY_EVERY_MS);
      } else if (concernsServer(cause)) {
        return {};
      } else {
        throw error;
      }
    }
  }
}
