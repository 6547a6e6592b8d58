import { areSetForRole, type RoleSettings, roleSettingsNow, setForRole } from "../../postgres/role-settings";
import type { Task } from "../task";

/** The settings of a role's sessions in the stack's database. They go with the database. */
export const roleSettings: Task<RoleSettings, object> = {
  async create(inputs) {
    await setForRole(inputs);
    return {};
  },
  async update(inputs, state) {
    await setForRole(inputs, Object.keys(state.settings));
    return {};
  },
  async read(state) {
    const now = await roleSettingsNow(state);
    return now && { settings: now.inDatabase };
  },
  // A preview does without a server that does not answer.
  stale: (state) =>
    areSetForRole(state).then(
      (are) => !are,
      () => false,
    ),
};
