import { Client, type ClientConfig } from "pg";
import { ExpectedError } from "../common/errors";
import { connectionError } from "./connection-errors";
import { withBoundedLockWaits } from "./lock-waits";
import { clientOptions, type Tls } from "./tls";

/** Where a database is and who connects to it. */
export interface Connection {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** Left out: the client's own choice, which is no encryption for ours. */
  tls?: Tls;
}

/** The connection as a URL, the form in which it is exported and handed to other programs. */
export function connectionUrl({ host, port, database, user, password, tls }: Connection): string {
  const encode = encodeURIComponent;
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const parameters = Object.entries({
    sslmode: tls?.sslmode,
    sslrootcert: tls?.sslRootCert,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encode(value)}`]));
  const query = parameters.length === 0 ? "" : `?${parameters.join("&")}`;
  return `postgresql://${encode(user)}:${encode(password)}@${address}/${encode(database)}${query}`;
}

/**
 * Connects, proves that the session is the URL's role, runs `work`, and closes the connection whatever happens.
 *
 * @throws ExpectedError when the server cannot be reached or refuses the login, the session is another role, or another
 *   session keeps a lock
 */
export async function withClient<T>(
  connection: Connection | string,
  work: (client: Client) => Promise<T>,
  options: ClientConfig = {},
): Promise<T> {
  const target = clientOptions(typeof connection === "string" ? connection : connectionUrl(connection));
  const config = {
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: "chat-perf",
    ...options,
    ...target,
  };
  const client = new Client(config);
  // A connection lost between two queries is reported by the next query; without a listener it would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw connectionError(client, error);
  }
  try {
    await proveRole(client);
    return await withBoundedLockWaits(client, config, () => work(client));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Runs `work` in an administrator's session: every name means PostgreSQL's own object, whatever the owner of the
 * database has made under the same name or set as the database's search path.
 *
 * @throws ExpectedError as `withClient`
 */
export function withAdministrator<T>(
  connection: Connection | string,
  work: (client: Client) => Promise<T>,
  options: ClientConfig = {},
): Promise<T> {
  return withClient(
    connection,
    async (client) => {
      await client.query("SET search_path = pg_catalog");
      return work(client);
    },
    options,
  );
}

/** @throws ExpectedError unless the session has exactly the rights of the role that has logged in */
async function proveRole(client: Client): Promise<void> {
  // Keywords, which nobody can redefine.
  const { rows } = await client.query<{ login: string; acting: string }>(
    "SELECT session_user AS login, current_user AS acting",
  );
  const { login, acting } = rows[0]!;
  const expected = client.user ?? login;
  if (login === expected && acting === expected) return;
  throw new ExpectedError(
    `The session at ${client.host}:${client.port}, database "${client.database ?? ""}", must be that of role ` +
      `"${expected}", and is that of "${login}"${acting === login ? "" : `, acting as "${acting}"`}.`,
    "Connect to PostgreSQL itself: a connection pooler or a map of user names gives another role. " +
      `Remove \`options\` from the URL, and what acts as another role by itself: ALTER ROLE ${quoteIdentifier(expected)} RESET role.`,
  );
}

/**
 * Runs `work` in a transaction: committed when it returns, rolled back when it throws.
 *
 * @param meanwhile called while the server commits; throws nothing
 */
export async function withTransaction<T>(
  client: Client,
  work: () => Promise<T>,
  meanwhile: () => void = () => undefined,
): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    const committed = client.query("COMMIT");
    meanwhile();
    await committed;
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
