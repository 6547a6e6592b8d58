import { setTimeout as delay } from "node:timers/promises";
import { withAdministrator } from "../connection";
import { readSettings, reloadSettings, type Setting } from "../settings";
import type { ExistingMachine } from "./machine";
import { isStatStatementsLoaded, PRELOAD } from "./preload";
import { adviceOf } from "./service";

/** The state of the settings on an existing server. Each setting is in one of these lists. */
export interface SettingsReached {
  inForce: string[];
  /** Settings that are written but need a restart, which the server's administrator must do. */
  waiting: string[];
  /** Settings that a session may change, so that they can be set for the stack's database only. */
  forDatabase: string[];
  /** The current value of each other setting, with the reason why it differs, by name. */
  notSet: Record<string, string>;
}

/** The longest time that a running server needs to read its configuration again. */
const RELOAD_TIMEOUT_MS = 2_000;

/** Reloads the server's configuration if the administrator may, and returns the state of the settings. */
export async function reloadedSettings(
  adminUrl: string,
  machine: ExistingMachine,
  settings: Readonly<Record<string, string>>,
): Promise<SettingsReached> {
  if (machine.superuser) await reloadSettings(adminUrl);
  const giveUp = Date.now() + RELOAD_TIMEOUT_MS;
  for (;;) {
    const reached = await settingsReached(adminUrl, machine, settings);
    const asGoodAsItGets = !machine.superuser || Object.keys(reached.notSet).length === 0;
    if (asGoodAsItGets || Date.now() > giveUp) return reached;
    await delay(100);
  }
}

/** Returns the state of the settings. */
export async function settingsReached(
  adminUrl: string,
  machine: ExistingMachine,
  settings: Readonly<Record<string, string>>,
): Promise<SettingsReached> {
  const found = new Map((await readSettings(adminUrl, settings)).map((each) => [each.name, each]));
  const loaded = await withAdministrator(adminUrl, isStatStatementsLoaded);
  const reached: SettingsReached = { inForce: [], waiting: [], forDatabase: [], notSet: {} };
  for (const [name, value] of Object.entries(settings)) {
    const setting = found.get(name);
    if (name === PRELOAD ? loaded : setting?.value === value) reached.inForce.push(name);
    else if (setting?.pendingRestart) reached.waiting.push(name);
    else if (!machine.superuser && mayBeSetBySession(setting)) reached.forDatabase.push(name);
    else reached.notSet[name] = reasonFor(machine, name, setting);
  }
  return reached;
}

function mayBeSetBySession(setting: Setting | undefined): boolean {
  return setting !== undefined && ["user", "superuser"].includes(setting.context);
}

function reasonFor(machine: ExistingMachine, name: string, setting: Setting | undefined): string {
  const now = setting === undefined ? "its value is not shown" : `it is ${setting.value}`;
  if (!machine.superuser) return `${now}, and only a superuser may change it: ${adviceOf(machine.service)}`;
  if (name === PRELOAD) {
    return machine.takenSettings.includes(name)
      ? `${now}, set by another user's ALTER SYSTEM: add the library there`
      : `${now}, because the library is not installed: install PostgreSQL's contrib package`;
  }
  return setting === undefined ? "the server has no such setting" : `${now} (source: ${setting.source})`;
}
