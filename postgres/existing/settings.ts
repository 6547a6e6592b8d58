import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { withAdministrator } from "../connection";
import { applySetting, pendingRestarts, readSetting, resetSetting } from "../settings";
import type { ExistingMachine } from "./machine";
import { libraries, PRELOAD } from "./preload";

/**
 * Writes a setting by ALTER SYSTEM where the administrator is a superuser and nobody else has. A library that is to
 * be preloaded is added to those that are.
 *
 * @param known values that may be there: what the stack has written, and what its user has been shown since
 * @returns what stands there by the stack's hand; empty where nothing does
 * @throws ExpectedError with both values where somebody else has written another one
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
      `The setting ${name} is to be ${value}, and somebody else's ALTER SYSTEM has set it to ${configured}; it is left alone.`,
      `As superuser: ALTER SYSTEM RESET ${name}; then run again. Or have the stack ask for the same value.`,
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
  // A server does not start with a library that it does not have.
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
 * What ALTER SYSTEM says of a setting now, as far as it is the stack's.
 *
 * @param written what `writeSetting` returned
 */
export async function writtenNow(adminUrl: string, name: string, written: string): Promise<string> {
  return (await readSetting(adminUrl, name, written)).configured;
}

/** Takes back what the stack has written, unless somebody has changed it since. */
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
      `${name} is left as somebody else has set it since: ${configured === "" ? "not at all" : configured}`,
    );
    return;
  }
  await resetSetting(adminUrl, name);
  if ((await pendingRestarts(adminUrl)).includes(name)) {
    log(`${name} goes back to what it was when the server is restarted, which is its administrator's to do`);
  }
}
