import { DatabaseError } from "pg";
import { ExpectedError } from "../common/errors";
import type { Log } from "../common/progress";
import { quoteIdentifier, quoteLiteral, withAdministrator } from "./connection";

const UNDEFINED_DATABASE = "3D000";
const DEPENDENT_OBJECTS_STILL_EXIST = "2BP01";

/**
 * Drops a role or database that stands in the way of the one that a stack is about to make on a server of its own:
 * a run that was killed has made it and not lived to write it down. One with rows or with anything of its own is kept.
 *
 * @param adminUrl of the database `postgres`
 * @throws ExpectedError when there is something to lose
 */
export async function removeLeftover(
  adminUrl: string,
  kind: "role" | "database",
  name: string,
  log: Log,
): Promise<void> {
  const catalogue = kind === "role" ? "pg_roles WHERE rolname" : "pg_database WHERE datname";
  await withAdministrator(adminUrl, async (client) => {
    const { rowCount } = await client.query(`SELECT FROM ${catalogue} = ${quoteLiteral(name)}`);
    if (rowCount === 0) return;
    if (kind === "database" && (await hasTables(adminUrl, name))) throw somethingToLose(kind, name);
    log(`The ${kind} ${name} is left from a run that was stopped; it is made again`);
    await client.query(`DROP ${kind} IF EXISTS ${quoteIdentifier(name)}`).catch((error: unknown) => {
      const owns = error instanceof DatabaseError && error.code === DEPENDENT_OBJECTS_STILL_EXIST;
      throw owns ? somethingToLose(kind, name) : error;
    });
  });
}

function hasTables(adminUrl: string, database: string): Promise<boolean> {
  const url = new URL(adminUrl);
  url.pathname = encodeURIComponent(database);
  return withAdministrator(url.href, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_tables WHERE schemaname = 'public' LIMIT 1");
    return rowCount! > 0;
  }).catch((error: unknown) => {
    // A creation that was cut off leaves an entry that nobody can connect to.
    const cause = error instanceof ExpectedError ? error.cause : error;
    if (cause instanceof DatabaseError && cause.code === UNDEFINED_DATABASE) return false;
    throw error;
  });
}

function somethingToLose(kind: string, name: string): ExpectedError {
  return new ExpectedError(
    `The ${kind} ${name} is on the stack's server already, with something in it, and the stack's state does not know it.`,
    `If the state was lost, bring a copy of it back with \`pulumi stack import\`, or drop the ${kind} by hand to begin anew.`,
  );
}
