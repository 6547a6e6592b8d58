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
  /** The settings that must be in force: name -> value. */
  settings: Record<string, string>;
}

export interface SettingsInForceOutputs {
  restartedFor: string[];
  /** The settings that need a restart by the server's administrator. */
  waiting: string[];
  /** The reason for each setting that cannot be set, by name. */
  notSet: Record<string, string>;
}

/**
 * Reloads the server, restarts it if a setting needs a restart, and then proves each setting with `pg_settings`. An
 * existing server is not restarted, and settings that cannot be set there are listed.
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
  // The administrator may have restarted the server or changed its settings since. A preview ignores a server that does
  // not answer.
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
    log(`⚠ ${name} = ${settings[name]!} needs a restart of the server. The next \`pulumi up\` checks it`);
  }
  for (const [name, reason] of Object.entries(notSet)) {
    log(`⚠ ${name} = ${settings[name]!} cannot be set: ${reason}`);
  }
  if (forDatabase.length > 0)
    log(`${forDatabase.join(", ")}: will be set for the stack's database when it exists`);
  return { restartedFor: [], waiting, notSet };
}
