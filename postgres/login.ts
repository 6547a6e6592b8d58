import type { DatabaseError } from "pg";
import { ExpectedError } from "../common/errors";
import { withClient } from "./connection";

const WRONG_PASSWORD = "28P01";
const TOO_MANY_CONNECTIONS = "53300";

/**
 * The routines in which PostgreSQL checks the connection limits of a role and a database, after it has accepted the
 * password.
 */
const AFTER_PASSWORD = new Set(["InitializeSessionUserId", "CheckMyDatabase"]);

/** Role attributes that give rights outside of the stack's database, by their column in `pg_roles`. */
const POWERS = {
  rolsuper: "SUPERUSER",
  rolcreatedb: "CREATEDB",
  rolcreaterole: "CREATEROLE",
  rolreplication: "REPLICATION",
  rolbypassrls: "BYPASSRLS",
};

/** How long a preview waits for a server that may not exist, in milliseconds. */
const PREVIEW_PATIENCE_MS = 3_000;

/** Whether the server refuses a URL's password. A server that does not answer has refused nothing. */
export function refusesPassword(url: string): Promise<boolean> {
  return withClient(url, () => Promise.resolve(false), {
    connectionTimeoutMillis: PREVIEW_PATIENCE_MS,
  }).catch((error: unknown) => {
    const { code } = ((error as Error).cause ?? {}) as Partial<DatabaseError>;
    return code === WRONG_PASSWORD;
  });
}

/**
 * Logs in with a URL, which is the only proof of a password, and checks that the role has no special attributes. A
 * login that fails because the role has used all of its connections proves the password too.
 *
 * @throws ExpectedError when the login is refused, or with the attributes that the role must not have
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
      "Run `pulumi up --refresh` to reset the attributes of the role.",
    );
  });
  await login.catch((error: unknown) => {
    if (!(error instanceof ExpectedError)) throw error;
    const { code, routine } = (error.cause ?? {}) as Partial<DatabaseError>;
    if (code === TOO_MANY_CONNECTIONS && AFTER_PASSWORD.has(routine ?? "")) return;
    if (code !== WRONG_PASSWORD) throw error;
    throw new ExpectedError(
      error.problem,
      "The password was changed outside of this stack. Raise chat-perf:passwordVersion and run `pulumi up`, which gives both roles new passwords.",
    );
  });
}
