import { DatabaseError } from "pg";
import { ExpectedError } from "../common/errors";
import type { Log } from "../common/progress";
import { quoteIdentifier, quoteLiteral, withAdministrator } from "./connection";

const UNDEFINED_DATABASE = "3D000";
const DEPENDENT_OBJECTS_STILL_EXIST = "2BP01";

/**
 * Drops a role or an empty database that a killed run created and did not record in the state. The stack is about to
 * create it on its own server. An object that holds data or owns anything is kept.
 *
 * @param adminUrl the URL of the database `postgres`
 * @throws ExpectedError when something would be lost
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
    log(`The ${kind} ${name} was left by an interrupted run. It is created again`);
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
    // An interrupted CREATE DATABASE leaves an entry to which nobody can connect.
    const cause = error instanceof ExpectedError ? error.cause : error;
    if (cause instanceof DatabaseError && cause.code === UNDEFINED_DATABASE) return false;
    throw error;
  });
}

function somethingToLose(kind: string, name: string): ExpectedError {
  return new ExpectedError(
    `The ${kind} ${name} already exists on the stack's server and is not empty, but the stack's state does not contain it.`,
    `If the state was lost, restore a copy of it with \`pulumi stack import\`. Otherwise drop the ${kind} by hand, then run the same command again.`,
  );
}
