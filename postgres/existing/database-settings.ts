import { DatabaseError } from "pg";
import { quoteIdentifier, quoteLiteral, withClient } from "../connection";
import { readSettings, settingsNow } from "../settings";
import { adviceOf } from "./service";
import type { ExistingMachine } from "./machine";

/** The SQLSTATE for a missing privilege. */
const INSUFFICIENT_PRIVILEGE = "42501";

/** The result of setting values for one database. */
export interface DatabaseSettings {
  /** The names of settings that ALTER DATABASE has set and that new sessions use. */
  set: string[];
  /** The reason for each setting that could not be set, by name. */
  notSet: Record<string, string>;
}

/**
 * Sets the session-level settings for the stack's database, when the administrator cannot set them for the whole
 * server.
 *
 * @param ownerUrl the URL of the database's owner
 */
export async function setForDatabase(
  ownerUrl: string,
  machine: ExistingMachine,
  database: string,
  settings: Readonly<Record<string, string>>,
): Promise<DatabaseSettings> {
  const result: DatabaseSettings = { set: [], notSet: {} };
  if (machine.superuser) return result;
  const candidates = (await readSettings(ownerUrl, settings)).filter(
    ({ name, value, context, source }) =>
      ["user", "superuser"].includes(context) && (value !== settings[name] || source === "database"),
  );
  await withClient(ownerUrl, async (client) => {
    for (const { name, value } of candidates) {
      try {
        const assignment = `${quoteIdentifier(name)} = ${quoteLiteral(settings[name]!)}`;
        await client.query(`ALTER DATABASE ${quoteIdentifier(database)} SET ${assignment}`);
        result.set.push(name);
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
        result.notSet[name] =
          `it is ${value}, and only a superuser may change it: ${adviceOf(machine.service)}`;
      }
    }
  });
  const now = await settingsNow(ownerUrl, settings);
  for (const name of result.set.filter((each) => now[each] !== settings[each])) {
    result.notSet[name] = `it is still ${now[name]}, because another value is set for the owner's role`;
  }
  return { ...result, set: result.set.filter((name) => !(name in result.notSet)) };
}
