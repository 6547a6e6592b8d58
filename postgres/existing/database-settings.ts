import { DatabaseError } from "pg";
import { quoteIdentifier, quoteLiteral, withClient } from "../connection";
import { readSettings, settingsNow } from "../settings";
import { adviceOf } from "./service";
import type { ExistingMachine } from "./machine";

/** SQLSTATE of a role that may not do this. */
const INSUFFICIENT_PRIVILEGE = "42501";

/** Settings of one database, as far as they may be set for it. */
export interface DatabaseSettings {
  /** Names that are in force in the database's new sessions by ALTER DATABASE. */
  set: string[];
  /** Name -> why not. */
  notSet: Record<string, string>;
}

/**
 * Sets for the stack's own database what a session may set, where the administrator may set nothing for the server.
 *
 * @param ownerUrl the database's owner
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
        result.notSet[name] = `it is ${value}; only a superuser may: ${adviceOf(machine.service)}`;
      }
    }
  });
  const now = await settingsNow(ownerUrl, settings);
  for (const name of result.set.filter((each) => now[each] !== settings[each])) {
    result.notSet[name] = `it is ${now[name]} all the same: something else is set for the owner's role`;
  }
  return { ...result, set: result.set.filter((name) => !(name in result.notSet)) };
}
