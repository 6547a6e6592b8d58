import type { Client } from "pg";
import { DatabaseError } from "pg";
import { ExpectedError } from "../common/errors";
import { formatSeconds } from "../common/format";
import { withClient } from "../postgres/connection";
import { interruptionCause } from "../postgres/interruption";
import { profileOf } from "./lines";
import { statementOf } from "./pass";
import { passes } from "./passes";
import type { Profile } from "./profile";
import { beginStatements } from "./script";

/**
 * Reads the profile of a database, in one read-only transaction. The role needs only SELECT on the six tables, and a
 * replica will do.
 *
 * @param log is called with a line after each pass over the tables
 * @throws ExpectedError when the database cannot be read, or has other tables
 */
export function takeProfile(databaseUrl: string, log: (line: string) => void): Promise<Profile> {
  return withClient(databaseUrl, async (client) => {
    for (const sql of beginStatements) await client.query(sql);
    const lines: string[] = [];
    for (const [i, pass] of passes.entries()) {
      const started = performance.now();
      lines.push(...(await linesOf(client, statementOf(pass))));
      const seconds = formatSeconds((performance.now() - started) / 1000);
      log(`[${i + 1}/${passes.length}] Read ${pass.title} in ${seconds}`);
    }
    await client.query("COMMIT");
    return profileOf(lines, "The database's answer");
  });
}

async function linesOf(client: Client, sql: string): Promise<string[]> {
  try {
    const { rows } = await client.query<{ line: string }>(sql);
    return rows.map(({ line }) => line);
  } catch (error) {
    throw toExpectedError(error);
  }
}

function toExpectedError(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  switch (interruptionCause(error)) {
    case "no table":
    case "other schema":
      return new ExpectedError(
        `This is not a database with the chat schema: ${error.message}.`,
        "A profile can be made of a database with the six tables of prisma/schema.prisma.",
      );
    case "no privilege":
      return new ExpectedError(
        `The role may not read all rows: ${error.message}.`,
        "A profile needs SELECT on the six tables, and BYPASSRLS where policies hide rows.",
      );
    default:
      return error;
  }
}
