import { setTimeout as delay } from "node:timers/promises";
import { type Client, DatabaseError } from "pg";
import { ExpectedError } from "../common/errors";
import { quoteLiteral, withAdministrator } from "./connection";
import { sameSetting, type SettingType } from "./setting-values";

/** A setting as the server has it now. */
export interface Setting {
  name: string;
  /** As the server shows it, e.g. `64MB`; the expected text where that means the same. */
  value: string;
  /** Where the value comes from, as in `pg_settings`, e.g. `configuration file`, `command line`, `default`. */
  source: string;
  /** The configured value waits for a restart. */
  pendingRestart: boolean;
  /**
   * What ALTER SYSTEM has written; empty where it has written nothing, or where the role may not look. The expected
   * text where that means the same.
   */
  configured: string;
  /** Who may change it and when, as in `pg_settings`, e.g. `user`, `postmaster`. */
  context: string;
}

/** A setting that is in force: evidence from `pg_settings`. */
export interface SettingProof {
  name: string;
  expected: string;
  actual: string;
  source: string;
  pendingRestart: boolean;
}

/** Settings whose value is a list of names: quoted one by one, since the whole in quotes is one strange name. */
const LISTS = new Set([
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "shared_preload_libraries",
  "temp_tablespaces",
]);

/** How long a running server takes at most to have read its configuration again. */
const RELOAD_TIMEOUT_MS = 2_000;

/**
 * Writes the setting by ALTER SYSTEM and lets the server read it. One that takes a restart then waits for it.
 *
 * @throws ExpectedError naming the setting, with the server's words, when it does not take name or value
 */
export async function applySetting(adminUrl: string, name: string, value: string): Promise<void> {
  const assignment = `${checkedName(name)} = ${settingLiteral(name, value)}`;
  await alterSystem(adminUrl, name, `SET ${assignment}`, `to ${JSON.stringify(value)}`);
}

/** The value of a setting as SQL takes it: the names of a list are quoted one by one. */
export function settingLiteral(name: string, value: string): string {
  if (!LISTS.has(name)) return quoteLiteral(value);
  return value
    .split(",")
    .map((each) => quoteLiteral(each.trim()))
    .join(", ");
}

/** Takes back what ALTER SYSTEM has written for the setting, and lets the server read it. */
export async function resetSetting(adminUrl: string, name: string): Promise<void> {
  await alterSystem(adminUrl, name, `RESET ${checkedName(name)}`, "back");
}

async function alterSystem(adminUrl: string, name: string, change: string, purpose: string): Promise<void> {
  try {
    await withAdministrator(adminUrl, async (client) => {
      await client.query(`ALTER SYSTEM ${change}`);
      await client.query("SELECT pg_reload_conf()");
    });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const hint = error.hint === undefined ? "" : ` ${error.hint}`;
    throw new ExpectedError(
      `PostgreSQL does not take the setting ${name} ${purpose}: ${error.message}.${hint}`,
      "Correct the setting; `SELECT * FROM pg_settings` lists names, units and limits.",
    );
  }
}

/** @throws ExpectedError for what is not the name of a setting */
export function checkedName(name: string): string {
  if (/^[a-z_][a-z\d_]*(\.[a-z_][a-z\d_]*)?$/i.test(name)) return name;
  throw new ExpectedError(
    `${JSON.stringify(name)} is not the name of a PostgreSQL setting.`,
    "Names are words like work_mem, or with a dot, like pg_stat_statements.track.",
  );
}

/** Lets the server read its configuration again. */
export async function reloadSettings(adminUrl: string): Promise<void> {
  await withAdministrator(adminUrl, (client) => client.query("SELECT pg_reload_conf()"));
}

/**
 * A setting as it is now.
 *
 * @param expected the text to give back where the server's value means the same
 * @throws ExpectedError when the server does not know the setting
 */
export async function readSetting(adminUrl: string, name: string, expected?: string): Promise<Setting> {
  const [setting] = await readSettings(adminUrl, { [name]: expected });
  if (setting !== undefined) return setting;
  throw new ExpectedError(
    `PostgreSQL has no setting ${JSON.stringify(name)}.`,
    "Correct the name; a setting of an extension exists once its library is preloaded.",
  );
}

/** The values now in force of the expected settings, each as expected where it means the same. */
export async function settingsNow(
  adminUrl: string,
  expected: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const settings = await readSettings(adminUrl, expected);
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

/** The names of settings that wait for a restart. */
export function pendingRestarts(adminUrl: string): Promise<string[]> {
  return withAdministrator(adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT name FROM pg_settings WHERE pending_restart ORDER BY name",
    );
    return rows.map(({ name }) => name);
  });
}

/**
 * Proves from `pg_settings` that each setting is in force, after a moment for the server to read its configuration.
 *
 * @throws ExpectedError naming every setting that is not, with its value and what it comes from
 */
export async function provedSettings(
  adminUrl: string,
  expected: Readonly<Record<string, string>>,
): Promise<SettingProof[]> {
  const giveUp = Date.now() + RELOAD_TIMEOUT_MS;
  for (;;) {
    const settings = new Map((await readSettings(adminUrl, expected)).map((each) => [each.name, each]));
    const complaints = Object.entries(expected).flatMap(([name, value]) =>
      complaint(name, value, settings.get(name)),
    );
    if (complaints.length === 0) {
      return [...settings.values()].map(({ name, value, source, pendingRestart }) => ({
        ...{ name, expected: expected[name]!, actual: value, source, pendingRestart },
      }));
    }
    if (Date.now() > giveUp) {
      throw new ExpectedError(
        `Server settings are not in force:${complaints.map((line) => `\n  ${line}`).join("")}`,
        "A value from the server's command line, or set for the role or database, beats ALTER SYSTEM: remove it there.",
      );
    }
    await delay(100);
  }
}

function complaint(name: string, expected: string, setting: Setting | undefined): string[] {
  if (setting === undefined) return [`${name}: the server has no such setting`];
  if (setting.pendingRestart) return [`${name} is ${setting.value}, not ${expected}: it waits for a restart`];
  return setting.value === expected
    ? []
    : [`${name} is ${setting.value}, not ${expected} (source: ${setting.source})`];
}

interface SettingRow extends SettingType {
  name: string;
  /** The number in the setting's own unit, or the text. */
  setting: string;
  /** With a unit for people. */
  shown: string;
  source: string;
  context: string;
  pending_restart: boolean;
  configured: string | null;
}

/** Only a superuser may look into the files of settings. */
const IN_AUTO_CONF = "sourcefile LIKE '%postgresql.auto.conf'";
const LAST_CONFIGURED = `(SELECT setting FROM pg_file_settings AS file
                WHERE file.name = pg_settings.name AND ${IN_AUTO_CONF} ORDER BY seqno DESC LIMIT 1)`;

/** The names of settings that ALTER SYSTEM has written; for a superuser. */
export async function configuredSettings(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT name FROM pg_file_settings WHERE ${IN_AUTO_CONF} ORDER BY name`,
  );
  return rows.map(({ name }) => name);
}

async function isSuperuser(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ superuser: boolean }>(
    "SELECT current_setting('is_superuser')::bool AS superuser",
  );
  return rows[0]!.superuser;
}

/** The settings of these names, as far as the server has them and shows them to the role. */
export async function readSettings(
  adminUrl: string,
  expected: Readonly<Record<string, string | undefined>>,
): Promise<Setting[]> {
  const rows = await withAdministrator(adminUrl, async (client) => {
    const configured = (await isSuperuser(client)) ? LAST_CONFIGURED : "NULL";
    const { rows } = await client.query<SettingRow>(
      `SELECT name, setting, current_setting(name) AS shown, unit, vartype, source, context, pending_restart,
              ${configured} AS configured
         FROM pg_settings WHERE name = ANY ($1) ORDER BY name`,
      [Object.keys(expected)],
    );
    return rows;
  });
  return rows.map(({ name, setting, shown, unit, vartype, source, context, pending_restart, configured }) => {
    const wanted = expected[name];
    const asWanted = (text: string, raw: string): string =>
      wanted !== undefined && sameSetting(raw, wanted, { vartype, unit }) ? wanted : text;
    return {
      ...{ name, source, context, pendingRestart: pending_restart, value: asWanted(shown, setting) },
      configured: configured === null ? "" : asWanted(configured, configured),
    };
  });
}
