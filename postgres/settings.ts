import { setTimeout as delay } from "node:timers/promises";
import { type Client, DatabaseError } from "pg";
import { ExpectedError } from "../common/errors";
import { quoteLiteral, withAdministrator } from "./connection";
import { sameSetting, type SettingType } from "./setting-values";

/** A setting as the server has it now. */
export interface Setting {
  name: string;
  /**
   * The value as the server shows it, e.g. `64MB`. If the expected text has the same meaning, it is the expected text.
   */
  value: string;
  /** The source of the value as in `pg_settings`, e.g. `configuration file`, `command line`, `default`. */
  source: string;
  /** Whether the configured value needs a restart to take effect. */
  pendingRestart: boolean;
  /**
   * The value that ALTER SYSTEM has written. It is empty when there is none, or when the role may not read it. If the
   * expected text has the same meaning, it is the expected text.
   */
  configured: string;
  /** The context as in `pg_settings`, which says who may change the setting and when, e.g. `user`, `postmaster`. */
  context: string;
}

/** The proof from `pg_settings` that a setting is in force. */
export interface SettingProof {
  name: string;
  expected: string;
  actual: string;
  source: string;
  pendingRestart: boolean;
}

/**
 * The settings whose value is a list of names. The names are quoted one by one, because the quoted list would be one
 * name.
 */
const LISTS = new Set([
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "shared_preload_libraries",
  "temp_tablespaces",
]);

/** The longest time that a running server needs to read its configuration again. */
const RELOAD_TIMEOUT_MS = 2_000;

/**
 * Writes the setting with ALTER SYSTEM and reloads the configuration. A setting that needs a restart then waits for it.
 *
 * @throws ExpectedError with the setting and the server's message, when the server does not accept the name or the
 *   value
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

/** Removes the value that ALTER SYSTEM has written for the setting, and reloads the configuration. */
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
      `PostgreSQL does not accept the setting ${name} ${purpose}: ${error.message}.${hint}`,
      "Correct the setting. `SELECT * FROM pg_settings` lists names, units and limits.",
    );
  }
}

/** @throws ExpectedError for what is not the name of a setting */
export function checkedName(name: string): string {
  if (/^[a-z_][a-z\d_]*(\.[a-z_][a-z\d_]*)?$/i.test(name)) return name;
  throw new ExpectedError(
    `${JSON.stringify(name)} is not the name of a PostgreSQL setting.`,
    "Use a name such as work_mem, or one with a dot, such as pg_stat_statements.track.",
  );
}

/** Reloads the server's configuration. */
export async function reloadSettings(adminUrl: string): Promise<void> {
  await withAdministrator(adminUrl, (client) => client.query("SELECT pg_reload_conf()"));
}

/**
 * Reads one setting.
 *
 * @param expected the text to return when the server's value has the same meaning
 * @throws ExpectedError when the server does not know the setting
 */
export async function readSetting(adminUrl: string, name: string, expected?: string): Promise<Setting> {
  const [setting] = await readSettings(adminUrl, { [name]: expected });
  if (setting !== undefined) return setting;
  throw new ExpectedError(
    `PostgreSQL has no setting ${JSON.stringify(name)}.`,
    "Correct the name. A setting of an extension exists only when the server preloads the library of the extension (shared_preload_libraries).",
  );
}

/**
 * The current values of the expected settings. A value with the same meaning as the expected text is given as that
 * text.
 */
export async function settingsNow(
  adminUrl: string,
  expected: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const settings = await readSettings(adminUrl, expected);
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

/** The names of the settings that need a restart to take effect. */
export function pendingRestarts(adminUrl: string): Promise<string[]> {
  return withAdministrator(adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT name FROM pg_settings WHERE pending_restart ORDER BY name",
    );
    return rows.map(({ name }) => name);
  });
}

/**
 * Proves from `pg_settings` that each setting is in force. It waits for a moment until the server has read its
 * configuration.
 *
 * @throws ExpectedError with each setting that is not in force, its value and the source of that value
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
        name,
        expected: expected[name]!,
        actual: value,
        source,
        pendingRestart,
      }));
    }
    if (Date.now() > giveUp) {
      throw new ExpectedError(
        `Server settings are not in force:${complaints.map((line) => `\n  ${line}`).join("")}`,
        "A value on the server's command line, or one that is set for the role or database, overrides ALTER SYSTEM. Remove it there.",
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
  /** The value with a readable unit. */
  shown: string;
  source: string;
  context: string;
  pending_restart: boolean;
  configured: string | null;
}

/** Only a superuser may read the configuration files. */
const IN_AUTO_CONF = "sourcefile LIKE '%postgresql.auto.conf'";
const LAST_CONFIGURED = `(SELECT setting FROM pg_file_settings AS file
                WHERE file.name = pg_settings.name AND ${IN_AUTO_CONF} ORDER BY seqno DESC LIMIT 1)`;

/** The names of the settings that ALTER SYSTEM has written. The role must be a superuser. */
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

/** Reads the settings with these names that the server has and shows to the role. */
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
      name,
      source,
      context,
      pendingRestart: pending_restart,
      value: asWanted(shown, setting),
      configured: configured === null ? "" : asWanted(configured, configured),
    };
  });
}
