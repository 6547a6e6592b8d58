import { type DatabaseSettings, setForDatabase } from "../../postgres/existing/database-settings";
import type { Machine } from "../../postgres/machine";
import { settingsNow } from "../../postgres/settings";
import type { Task } from "../task";
import { isOwnersOwn } from "./owner-url";

export interface DatabaseSettingsInputs {
  /** The URL of the database's owner. */
  ownerUrl: string;
  machine: Machine;
  database: string;
  /** The settings: name -> value. */
  settings: Record<string, string>;
}

/**
 * Sets for the stack's database what may not be set for the whole server. The settings are removed with the database.
 */
export const databaseSettings: Task<DatabaseSettingsInputs, DatabaseSettings> = {
  async create({ ownerUrl, machine, database, settings }, log) {
    if (machine.kind !== "existing") return { set: [], notSet: {} };
    const result = await setForDatabase(ownerUrl, machine, database, settings);
    if (result.set.length > 0) log(`✓ Set for database '${database}': ${result.set.join(", ")}`);
    for (const [name, reason] of Object.entries(result.notSet)) {
      log(`⚠ ${name} = ${settings[name]!} cannot be set for database '${database}': ${reason}`);
    }
    return result;
  },
  async read({ ownerUrl, settings, set }) {
    if (!isOwnersOwn(ownerUrl)) return {};
    const now = await settingsNow(ownerUrl, settings);
    return { settings: { ...settings, ...Object.fromEntries(set.map((name) => [name, now[name] ?? ""])) } };
  },
};
