import type { DatabaseError } from "pg";
import { ExpectedError } from "../runtime/errors";
import { withClient } from "./connection";

/** Role attributes that reach beyond the stack's own database, as columns of `pg_roles`. */
const POWERS = {
  rolsuper: "SUPERUSER",
  rolcreatedb: "CREATEDB",
  rolcreaterole: "CREATEROLE",
  rolreplication: "REPLICATION",
  rolbypassrls: "BYPASSRLS",
};

/**
 * Logs in with a URL, the only proof of a password, and checks that the role has no power over the server.
 *
 * @throws ExpectedError when the login is refused, or with the attributes that the role should not have
 */
export async function leastPrivilegeLogin(url: string): Promise<void> {
  const login = withClient(url, async (client) => {
    const columns = Object.keys(POWERS).join(", ");
    const { rows } = await client.query<Record<string, boolean>>(
      `SELECT ${columns} FROM pg_roles WHERE rolname = current_user`,
    );
    const held = Object.entries(POWERS).filter(([column]) => rows[0]?.[column]);
    if (held.length === 0) return;
    throw new ExpectedError(
      `The role "${client.user ?? ""}" has ${held.map(([, power]) => power).join(", ")}; it must have none of them.`,
      "Run `pulumi up --refresh` to have the role's attributes put back.",
    );
  });
  await login.catch((error: unknown) => {
    const wrongPassword =
      error instanceof ExpectedError && (error.cause as DatabaseError | undefined)?.code === "28P01";
    if (!wrongPassword) throw error;
    throw new ExpectedError(
      error.problem,
      "The password was changed outside of this stack; raise chat-perf:passwordVersion to give both roles new ones.",
    );
  });
}
