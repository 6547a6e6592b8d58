import { Client, type ClientConfig } from "pg";
import { ExpectedError } from "../common/errors";
import { connectionError } from "./connection-errors";
import { withBoundedLockWaits } from "./lock-waits";
import { clientOptions, type Tls } from "./tls";

/** The address of a database, and the role that connects to it. */
export interface Connection {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** @default the choice of the client, which is no encryption for `withClient` */
  tls?: Tls;
}

/** The connection as a URL. Stack outputs and other programs receive it in this form. */
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

/** The schema that a URL of Prisma names, e.g. `?schema=chat`. */
function schemaOf(url: string): string | undefined {
  const named = /[?&]schema=([^&#]+)/.exec(url)?.[1];
  return named === undefined ? undefined : decodeURIComponent(named);
}

/**
 * Connects, proves that the session has the role of the URL, runs `work`, and always closes the connection.
 *
 * @throws ExpectedError when the server cannot be reached, the login is refused, the session has another role, or
 *   another session holds a lock for too long
 */
export async function withClient<T>(
  connection: Connection | string,
  work: (client: Client) => Promise<T>,
  options: ClientConfig = {},
): Promise<T> {
  const url = typeof connection === "string" ? connection : connectionUrl(connection);
  const target = clientOptions(url);
  const config = {
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: "chat-perf",
    ...options,
    ...target,
  };
  const client = new Client(config);
  // The next query reports a connection that was lost between two queries. Without a listener, the loss would end the
  // process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw connectionError(client, error);
  }
  try {
    await proveRole(client);
    // The server then ends a statement within a second when this program was killed, however long the statement would
    // take. Not every operating system supports this.
    await client.query("SET client_connection_check_interval = '1s'").catch(() => undefined);
    const schema = schemaOf(url);
    if (schema !== undefined) await client.query(`SET search_path = ${quoteIdentifier(schema)}`);
    return await withBoundedLockWaits(client, config, () => work(client));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Runs `work` in an administrator's session. Every name in it means PostgreSQL's own object, whatever objects of the
 * same name the owner of the database has created and whatever search path is set for the database.
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

/**
 * Proves that the session has exactly the rights of the role that has logged in.
 *
 * @throws ExpectedError when it acts as another role
 */
async function proveRole(client: Client): Promise<void> {
  // These are keywords, which nobody can redefine.
  const { rows } = await client.query<{ login: string; acting: string }>(
    "SELECT session_user AS login, current_user AS acting",
  );
  const { login, acting } = rows[0]!;
  const expected = client.user ?? login;
  if (login === expected && acting === expected) return;
  throw new ExpectedError(
    `The session at ${client.host}:${client.port}, database "${client.database ?? ""}", must have the role ` +
      `"${expected}", but it has the role "${login}"${acting === login ? "" : `, acting as "${acting}"`}.`,
    "Connect to PostgreSQL directly: a connection pooler or a user name map (pg_ident.conf) changes the role. " +
      `Remove \`options\` from the URL, and a default role that is set for the login: ALTER ROLE ${quoteIdentifier(expected)} RESET role.`,
  );
}

/**
 * Runs `work` in a transaction, which is committed when it returns and rolled back when it throws.
 *
 * @param meanwhile is called while the server commits; it must not throw
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
    // The first error is reported, even when the connection is lost and ROLLBACK fails too.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** Runs `work` while it holds a session-level advisory lock. It waits for the session that holds the lock now. */
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
