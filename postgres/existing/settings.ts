import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { withAdministrator } from "../connection";
import { applySetting, pendingRestarts, readSetting, resetSetting } from "../settings";
import type { ExistingMachine } from "./machine";
import { libraries, PRELOAD } from "./preload";

/**
 * Writes a setting with ALTER SYSTEM, if the administrator is a superuser and nobody else has written it. A library to
 * preload is added to the libraries that are already preloaded.
 *
 * @param known values that the stack wrote earlier, or that its user has been shown
 * @returns the value that this stack wrote, or an empty string
 * @throws ExpectedError with both values when somebody else has written another value
 */
export async function writeSetting(
  adminUrl: string,
  machine: ExistingMachine,
  name: string,
  value: string,
  known: readonly string[] = [],
): Promise<string> {
  if (!machine.superuser) return "";
  const { configured, value: inForce } = await readSetting(adminUrl, name, value);
  const taken = machine.takenSettings.includes(name) && configured !== "";
  if (name === PRELOAD) {
    if (taken) return "";
    return preload(adminUrl, libraries(value), configured, inForce);
  }
  if (taken && configured === value) return "";
  if (taken || !["", value, ...known].includes(configured)) {
    throw new ExpectedError(
      `The stack wants the setting ${name} to be ${value}, but another user's ALTER SYSTEM has set it to ${configured}. It was not changed.`,
      `As superuser, run ALTER SYSTEM RESET ${name}; then run the same command again. Or configure the same value for the stack.`,
    );
  }
  await applySetting(adminUrl, name, value);
  return value;
}

async function preload(
  adminUrl: string,
  wanted: string[],
  configured: string,
  inForce: string,
): Promise<string> {
  const present = libraries(configured === "" ? inForce : configured);
  const missing = wanted.filter((library) => !present.includes(library));
  // A server does not start when a library in the list is missing.
  if (missing.length === 0 || !(await areInstalled(adminUrl, missing))) return configured;
  const list = [...present, ...missing].join(", ");
  await applySetting(adminUrl, PRELOAD, list);
  return list;
}

function areInstalled(adminUrl: string, names: string[]): Promise<boolean> {
  return withAdministrator(adminUrl, async (client) => {
    const { rows } = await client.query("SELECT FROM pg_available_extensions WHERE name = ANY ($1)", [names]);
    return rows.length === names.length;
  });
}

/**
 * The current value that ALTER SYSTEM has written for a setting. If it has the same meaning as the stack's value, it is
 * that value.
 *
 * @param written the result of `writeSetting`
 */
export async function writtenNow(adminUrl: string, name: string, written: string): Promise<string> {
  return (await readSetting(adminUrl, name, written)).configured;
}

/** Removes the value that the stack has written, unless somebody has changed it since. */
export async function takeSettingBack(
  adminUrl: string,
  name: string,
  written: string,
  log: Log,
): Promise<void> {
  if (written === "") return;
  const configured = await writtenNow(adminUrl, name, written);
  if (configured !== written) {
    log(
      `Somebody has changed ${name} since the stack set it. It is kept as it is: ${configured === "" ? "not set" : configured}`,
    );
    return;
  }
  await resetSetting(adminUrl, name);
  if ((await pendingRestarts(adminUrl)).includes(name)) {
    log(`${name} returns to its previous value when the server's administrator restarts the server`);
  }
}
