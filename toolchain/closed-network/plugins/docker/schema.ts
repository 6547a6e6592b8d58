import { setTimeout as delay } from "node:timers/promises";
import type { Property } from "../resource-type";
import { statusOf } from "./engine";

/** Labels of whatever the engine has. */
export const labels: Property = {
  type: "set",
  replaces: true,
  fields: { label: { type: "string", required: true }, value: { type: "string", required: true } },
};

/** How long something that is still in use may take until it can be removed, as in the vendor's plugin. */
export const REMOVE_TIMEOUT_MS = 30_000;
const LOOK_AGAIN_MS = 500;

/** Removes something that may still be in use for a moment; what is gone already is as good as removed. */
export async function whileRefused(timeout: number, remove: () => Promise<unknown>): Promise<void> {
  const giveUp = Date.now() + timeout;
  for (;;) {
    try {
      await remove();
      return;
    } catch (error) {
      const status = statusOf((error as Error).cause);
      if (status === 404) return;
      // In use: a volume answers 409, a network with endpoints 403.
      if ((status !== 409 && status !== 403) || Date.now() > giveUp) throw error;
      await delay(LOOK_AGAIN_MS);
    }
  }
}
