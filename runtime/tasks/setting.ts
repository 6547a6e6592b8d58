import { takeSettingBack, writeSetting, writtenNow } from "../../postgres/existing/settings";
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

export interface SettingOutputs {
  /** What ALTER SYSTEM says by the stack's hand; empty where it may not, or somebody else has said the same. */
  written: string;
}

/** One server setting, made by ALTER SYSTEM. */
export const setting: Task<SettingInputs, SettingOutputs> = {
  create: (inputs) => write(inputs),
  // A refresh has shown what somebody else has set since; an update after it is meant.
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
