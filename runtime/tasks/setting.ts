import { takeSettingBack, writeSetting, writtenNow } from "../../postgres/existing/settings";
import { type Machine, restartOn } from "../../postgres/machine";
import { applySetting, pendingRestarts, readSetting, resetSetting } from "../../postgres/settings";
import type { Task } from "../task";

export interface SettingInputs {
  adminUrl: string;
  machine: Machine;
  /** The name of the setting, as in `pg_settings`. */
  setting: string;
  value: string;
  /** What puts a change into force: a `reload` of the configuration, or a `restart` of the server. */
  takes: "reload" | "restart";
}

export interface SettingOutputs {
  /**
   * The value that the stack wrote with ALTER SYSTEM. It is empty when the stack may not write, or somebody else has
   * written the same value.
   */
  written: string;
}

/** Writes one server setting with ALTER SYSTEM. */
export const setting: Task<SettingInputs, SettingOutputs> = {
  create: (inputs) => write(inputs),
  // A refresh has shown the value that somebody else set since, so the user wants this update to replace it.
  update: (inputs, state) => write(inputs, [state.written, state.value]),
  async read({ adminUrl, machine, setting, value, written }) {
    if (machine.kind === "existing") {
      const now = written === "" ? "" : await writtenNow(adminUrl, setting, written);
      return now === written ? {} : { value: now };
    }
    const { value: inForce, pendingRestart } = await readSetting(adminUrl, setting, value);
    return { value: pendingRestart ? `${inForce}, and another value waits for a restart` : inForce };
  },
  async delete({ adminUrl, machine, setting, written }, log) {
    if (machine.kind === "existing") {
      await takeSettingBack(adminUrl, setting, written, log);
      return;
    }
    await resetSetting(adminUrl, setting);
    if (!(await pendingRestarts(adminUrl)).includes(setting)) return;
    log(`Restarting PostgreSQL for ${setting}...`);
    await restartOn(machine, log);
  },
};

async function write(
  { adminUrl, machine, setting, value }: SettingInputs,
  known: readonly string[] = [],
): Promise<SettingOutputs> {
  if (machine.kind === "existing") {
    return { written: await writeSetting(adminUrl, machine, setting, value, known) };
  }
  await applySetting(adminUrl, setting, value);
  return { written: value };
}
