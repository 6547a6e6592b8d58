import type { Client } from "pg";
import { quoteIdentifier, withAdministrator } from "./connection";
import { checkedName, settingLiteral } from "./settings";
import { sameSetting, type SettingType } from "./setting-values";

/** The settings of one role's sessions in one database. */
export interface RoleSettings {
  /** The administrator's URL. */
  adminUrl: string;
  role: string;
  database: string;
  /** Setting name -> value, e.g. `statement_timeout: "60000"`. */
  settings: Record<string, string>;
  /**
   * Whether the stack created the role. If so, settings that somebody made by `ALTER ROLE … SET` are reset: the official
   * plugin fails on a time limit with a unit, such as `5s`.
   */
  own: boolean;
}

/** The settings as they are now. */
export interface RoleSettingsNow {
  /** As expected where that means the same; empty where nothing is set. */
  inDatabase: Record<string, string>;
  /** The expected settings that are also set for the role in all databases. */
  inAllDatabases: Record<string, string>;
}

/**
 * Sets for a role in one database what its sessions there are to have. It beats what is set for the role in all
 * databases, or for the database, and goes with either of the two.
 *
 * @param former names that were set before and are set no longer
 */
export function setForRole(
  { adminUrl, role, database, settings, own }: RoleSettings,
  former: readonly string[] = [],
): Promise<void> {
  return withAdministrator(adminUrl, async (client) => {
    const alter = `ALTER ROLE ${quoteIdentifier(role)}`;
    const inDatabase = `${alter} IN DATABASE ${quoteIdentifier(database)}`;
    for (const name of former.filter((each) => !(each in settings)))
      await client.query(`${inDatabase} RESET ${checkedName(name)}`);
    for (const [name, value] of Object.entries(settings))
      await client.query(`${inDatabase} SET ${checkedName(name)} = ${settingLiteral(name, value)}`);
    if (!own) return;
    for (const name of Object.keys(await written(client, role, null)).filter((each) => each in settings))
      await client.query(`${alter} RESET ${checkedName(name)}`);
  });
}

/** The current settings. Undefined when the role or the database no longer exists. */
export function roleSettingsNow({
  adminUrl,
  role,
  database,
  settings,
}: RoleSettings): Promise<RoleSettingsNow | undefined> {
  return withAdministrator(adminUrl, async (client) => {
    const { rowCount } = await client.query(
      "SELECT FROM pg_roles, pg_database WHERE rolname = $1 AND datname = $2",
      [role, database],
    );
    if (rowCount === 0) return undefined;
    const { rows: types } = await client.query<SettingType & { name: string }>(
      "SELECT name, vartype, unit FROM pg_settings WHERE name = ANY ($1)",
      [Object.keys(settings)],
    );
    const inDatabase = await written(client, role, database);
    const inAllDatabases = await written(client, role, null);
    const asExpected = (name: string): string => {
      const now = inDatabase[name] ?? "";
      const type = types.find((each) => each.name === name);
      return type !== undefined && now !== "" && sameSetting(now, settings[name]!, type)
        ? settings[name]!
        : now;
    };
    return {
      inDatabase: Object.fromEntries(Object.keys(settings).map((name) => [name, asExpected(name)])),
      inAllDatabases: Object.fromEntries(Object.entries(inAllDatabases).filter(([name]) => name in settings)),
    };
  });
}

/** Whether everything is as it is to be. */
export async function areSetForRole(wanted: RoleSettings): Promise<boolean> {
  const now = await roleSettingsNow(wanted);
  if (now === undefined) return false;
  const { inDatabase, inAllDatabases } = now;
  return (
    Object.entries(wanted.settings).every(([name, value]) => inDatabase[name] === value) &&
    !(wanted.own && Object.keys(inAllDatabases).length > 0)
  );
}

/** Reads the settings that ALTER ROLE has written for a role, in one database or, with null, in all of them. */
async function written(
  client: Client,
  role: string,
  database: string | null,
): Promise<Record<string, string>> {
  const { rows } = await client.query<{ line: string }>(
    `SELECT unnest(setconfig) AS line FROM pg_db_role_setting
      WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = $1)
        AND setdatabase = coalesce((SELECT oid FROM pg_database WHERE datname = $2), 0::oid)`,
    [role, database],
  );
  return Object.fromEntries(
    rows.map(({ line }) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
