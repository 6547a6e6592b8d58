import { setTimeout as delay } from "node:timers/promises";
import type { Property } from "../resource-type";
import { statusOf } from "./engine";

/** The property for the labels of an object. */
export const labels: Property = {
  type: "set",
  replaces: true,
  fields: { label: { type: "string", required: true }, value: { type: "string", required: true } },
};

/**
 * How long an object that is still in use may block its removal, in milliseconds. It is the value of the official
 * plugin.
 */
export const REMOVE_TIMEOUT_MS = 30_000;
const LOOK_AGAIN_MS = 500;

/** Removes an object that may still be in use for a moment. An object that does not exist is not an error. */
export async function whileRefused(timeout: number, remove: () => Promise<unknown>): Promise<void> {
  const giveUp = Date.now() + timeout;
  for (;;) {
    try {
      await remove();
      return;
    } catch (error) {
      const status = statusOf((error as Error).cause);
      if (status === 404) return;
      // The object is in use: a volume answers 409, and a network with endpoints 403.
      if ((status !== 409 && status !== 403) || Date.now() > giveUp) throw error;
      await delay(LOOK_AGAIN_MS);
    }
  }
}
