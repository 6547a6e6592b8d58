import { Client, DatabaseError, type ClientConfig } from "pg";
import { ExpectedError } from "../runtime/errors";

/** SQLSTATE of a server, role or database that has all the connections it may have. */
const TOO_MANY_CONNECTIONS = "53300";

/** Where a database is and who connects to it. */
export interface Connection {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
}

/** The connection as a URL, the form in which it is exported and handed to other programs. */
export function connectionUrl({ host, port, database, user, password }: Connection): string {
  const encode = encodeURIComponent;
  return `postgresql://${encode(user)}:${encode(password)}@${host}:${port}/${encode(database)}`;
}

/**
 * Connects, runs `work`, and closes the connection whatever happens.
 *
 * @throws ExpectedError when the server cannot be reached or refuses the login
 */
export async function withClient<T>(
  connection: Connection | string,
  work: (client: Client) => Promise<T>,
  options: ClientConfig = {},
): Promise<T> {
  const target = typeof connection === "string" ? { connectionString: connection } : connection;
  const client = new Client({
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: "chat-perf",
    ...options,
    ...target,
  });
  // A connection lost between two queries is reported by the next query; without a listener it would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw connectionError(client, error);
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Runs `work` in a transaction: committed when it returns, rolled back when it throws. */
export async function withTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // The first error is the one to report, even when the connection is gone and ROLLBACK fails too.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** Runs `work` while holding a session-level advisory lock, waiting for whoever holds it now. */
export async function withAdvisoryLock<T>(client: Client, key: number, work: () => Promise<T>): Promise<T> {
  await client.query("SELECT pg_advisory_lock($1)", [key]);
  try {
    return await work();
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [key]).catch(() => undefined);
  }
}

/** Quotes an identifier for use in SQL text. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a string literal for use in SQL text that takes no parameters, such as DDL. */
export function quoteLiteral(value: string): string {
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return value.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

function connectionError(client: Client, error: unknown): ExpectedError {
  const where = `PostgreSQL at ${client.host}:${client.port}, database "${client.database ?? ""}", role "${client.user ?? ""}"`;
  const reason =
    error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
  const full = error instanceof DatabaseError && error.code === TOO_MANY_CONNECTIONS;
  return new ExpectedError(
    `Cannot connect to ${where}: ${reason}.`,
    full
      ? "Close other connections, or raise max_connections, or the role's or the database's CONNECTION LIMIT."
      : "Check that the server runs and that host, port and credentials are right; `pulumi up` starts an embedded server again.",
    { cause: error },
  );
}
