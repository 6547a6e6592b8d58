import { isDeepStrictEqual } from "node:util";
import type { ExistingMachine } from "../../postgres/existing/machine";
import { reloadedSettings, settingsReached } from "../../postgres/existing/settings-in-force";
import { type Machine, restartOn } from "../../postgres/machine";
import { pendingRestarts, provedSettings, reloadSettings, settingsNow } from "../../postgres/settings";
import type { Log } from "../../common/progress";
import type { Task } from "../task";

export interface SettingsInForceInputs {
  adminUrl: string;
  machine: Machine;
  /** Setting name -> value that must be in force. */
  settings: Record<string, string>;
}

export interface SettingsInForceOutputs {
  restartedFor: string[];
  /** Settings that wait for a restart by whoever runs the server. */
  waiting: string[];
  /** Name -> why the setting cannot be set. */
  notSet: Record<string, string>;
}

/**
 * Reloads, restarts only where a setting waits for it, then proves each setting from `pg_settings`. A server that
 * somebody else runs is not restarted, and what cannot be set there is listed.
 */
export const settingsInForce: Task<SettingsInForceInputs, SettingsInForceOutputs> = {
  async create({ adminUrl, machine, settings }, log) {
    if (machine.kind === "existing") return listed(adminUrl, machine, settings, log);
    await reloadSettings(adminUrl);
    const restartedFor = await pendingRestarts(adminUrl);
    if (restartedFor.length > 0) {
      log(`Restarting PostgreSQL for ${restartedFor.join(", ")}...`);
      await restartOn(machine, log);
    }
    await provedSettings(adminUrl, settings);
    log(`✓ ${Object.keys(settings).length} server settings in force`);
    return { restartedFor, waiting: [], notSet: {} };
  },
  async read({ adminUrl, machine, settings, waiting, notSet }) {
    const now = await settingsNow(adminUrl, settings);
    if (machine.kind !== "existing") return { settings: now };
    const { inForce, forDatabase } = await settingsReached(adminUrl, machine, settings);
    const asSaid = [...inForce, ...forDatabase, ...waiting, ...Object.keys(notSet)];
    const kept = Object.fromEntries(asSaid.map((name) => [name, settings[name]!]));
    return { settings: { ...settings, ...now, ...kept } };
  },
  // The administrator may have restarted the server, or set what the stack may not. A preview does without a server
  // that does not answer.
  async stale({ adminUrl, machine, settings, waiting, notSet }) {
    if (machine.kind !== "existing" || (waiting.length === 0 && Object.keys(notSet).length === 0))
      return false;
    const now = await settingsReached(adminUrl, machine, settings).catch(() => undefined);
    if (now === undefined) return false;
    return !isDeepStrictEqual([now.waiting, Object.keys(now.notSet)], [waiting, Object.keys(notSet)]);
  },
};

async function listed(
  adminUrl: string,
  machine: ExistingMachine,
  settings: Record<string, string>,
  log: Log,
): Promise<SettingsInForceOutputs> {
  const { inForce, waiting, forDatabase, notSet } = await reloadedSettings(adminUrl, machine, settings);
  log(`✓ ${inForce.length} of ${Object.keys(settings).length} server settings in force`);
  for (const name of waiting) {
    log(`⚠ ${name} = ${settings[name]!} waits for a restart of the server; the next \`pulumi up\` proves it`);
  }
  for (const [name, reason] of Object.entries(notSet)) {
    log(`⚠ ${name} = ${settings[name]!} cannot be set: ${reason}`);
  }
  if (forDatabase.length > 0)
    log(`${forDatabase.join(", ")}: set for the stack's database, once it is there`);
  return { restartedFor: [], waiting, notSet };
}
