import { type Machine, restartOn } from "../../postgres/machine";
import { pendingRestarts, provedSettings, reloadSettings, settingsNow } from "../../postgres/settings";
import type { Task } from "../task";

export interface SettingsInForceInputs {
  adminUrl: string;
  machine: Machine;
  /** Setting name -> value that must be in force. */
  settings: Record<string, string>;
}

/** Reloads, restarts only where a setting waits for it, then proves each setting from `pg_settings`. */
export const settingsInForce: Task<SettingsInForceInputs, { restartedFor: string[] }> = {
  async create({ adminUrl, machine, settings }, log) {
    await reloadSettings(adminUrl);
    const restartedFor = await pendingRestarts(adminUrl);
    if (restartedFor.length > 0) {
      log(`Restarting PostgreSQL for ${restartedFor.join(", ")}...`);
      await restartOn(machine, log);
    }
    await provedSettings(adminUrl, settings);
    log(`✓ ${Object.keys(settings).length} server settings in force`);
    return { restartedFor };
  },
  async read({ adminUrl, settings }) {
    return { settings: await settingsNow(adminUrl, settings) };
  },
};
