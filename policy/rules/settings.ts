import type { StackValidationPolicy } from "@pulumi/policy";
import { watchingSettings } from "../../config/settings";
import { sameSetting, type SettingType } from "../../postgres/setting-values";
import { known } from "../rule";

/** Settings that every band must have. */
const required: Readonly<Record<string, string>> = watchingSettings;

const milliseconds: SettingType = { vartype: "integer", unit: "ms" };
const fraction: SettingType = { vartype: "real", unit: null };

/** The types of the settings that are numbers. */
const numbers: Readonly<Record<string, SettingType>> = {
  log_min_duration_statement: milliseconds,
  log_autovacuum_min_duration: milliseconds,
  autovacuum_vacuum_scale_factor: fraction,
  autovacuum_analyze_scale_factor: fraction,
  autovacuum_vacuum_cost_limit: { vartype: "integer", unit: null },
};

/** The settings that have another value in each band. */
const sized = ["work_mem", "shared_buffers", "maintenance_work_mem"];

const SETTING = "pulumi-nodejs:dynamic/chatperf:Setting";
const DATASET = "pulumi-nodejs:dynamic/chatperf:Dataset";

/**
 * The violations in the settings. Each sentence says what to change.
 *
 * @param settings the settings of the stack, by name
 */
export function settingViolations(settings: ReadonlyMap<string, string>): string[] {
  const missing = [...Object.keys(required), ...sized]
    .filter((name) => !settings.has(name))
    .map(
      (name) =>
        `The setting ${name} is missing: set it${required[name] === undefined ? "" : ` to ${required[name]}`}.`,
    );
  const different = Object.entries(required)
    .filter(([name, value]) => {
      const given = settings.get(name);
      if (given === undefined) return false;
      const type = numbers[name];
      return type === undefined ? !libraries(given).includes(value) : !sameSetting(given, value, type);
    })
    .map(([name, value]) => `The setting ${name} is ${settings.get(name)!}: set it to ${value}.`);
  return [...missing, ...different];
}

function libraries(given: string): string[] {
  return given.split(",").map((library) => library.trim().replace(/^["'](.*)["']$/, "$1"));
}

/** The policy for the settings of a stack with a dataset. */
export const settingsPolicy: StackValidationPolicy = {
  name: "settings-of-the-bands",
  description: "Every stack has the required settings, so that the results of two stacks can be compared.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const dataset = resources.find(({ type }) => type === DATASET);
    if (dataset === undefined) return;
    const settings = resources
      .filter(({ type }) => type === SETTING)
      .map(({ props }) => known(props))
      .map(({ setting, value }) => [String(setting), String(value)] as const);
    for (const violation of settingViolations(new Map(settings))) report(violation);
  },
};
