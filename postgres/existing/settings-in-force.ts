import { setTimeout as delay } from "node:timers/promises";
import { withAdministrator } from "../connection";
import { readSettings, reloadSettings, type Setting } from "../settings";
import type { ExistingMachine } from "./machine";
import { isStatStatementsLoaded, PRELOAD } from "./preload";
import { adviceOf } from "./service";

/** How far the settings of somebody else's server are what the stack asks for; each setting is in one of these. */
export interface SettingsReached {
  inForce: string[];
  /** Written, and waiting for a restart, which is the administrator's to do. */
  waiting: string[];
  /** A session may set it, so it can be set for the stack's database alone. */
  forDatabase: string[];
  /** Name -> its value now, and why it is not what it should be. */
  notSet: Record<string, string>;
}

/** How long a running server takes at most to have read its configuration again. */
const RELOAD_TIMEOUT_MS = 2_000;

/** Has the server read what was written, where the administrator may, and says what came of it. */
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

/** Says how far the settings are what the stack asks for. */
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
  if (!machine.superuser) return `${now}; only a superuser may: ${adviceOf(machine.service)}`;
  if (name === PRELOAD) {
    return machine.takenSettings.includes(name)
      ? `${now}, by somebody else's ALTER SYSTEM: add the library there`
      : `${now}; the library is not installed: PostgreSQL's contrib package has it`;
  }
  return setting === undefined ? "the server has no such setting" : `${now} (source: ${setting.source})`;
}
