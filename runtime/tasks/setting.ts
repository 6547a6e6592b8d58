import { type Machine, restartOn } from "../../postgres/machine";
import { applySetting, pendingRestarts, readSetting, resetSetting } from "../../postgres/settings";
import type { Task } from "../task";

export interface SettingInputs {
  adminUrl: string;
  machine: Machine;
  /** The setting's name as in `pg_settings`. */
  setting: string;
  value: string;
  /** When a change takes effect: `reload` at once, `restart` after the server was restarted. */
  takes: "reload" | "restart";
}

/** One server setting, made by ALTER SYSTEM. */
export const setting: Task<SettingInputs, object> = {
  async create({ adminUrl, setting, value }) {
    await applySetting(adminUrl, setting, value);
    return {};
  },
  async read(state) {
    const { value, pendingRestart } = await readSetting(state.adminUrl, state.setting, state.value);
    return { value: pendingRestart ? `${value}, and another value waits for a restart` : value };
  },
  async delete({ adminUrl, machine, setting }, log) {
    await resetSetting(adminUrl, setting);
    if (!(await pendingRestarts(adminUrl)).includes(setting)) return;
    log(`Restarting PostgreSQL for ${setting}...`);
    await restartOn(machine, log);
  },
};
