import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { Client, type ClientConfig, DatabaseError } from "pg";
import { quoteIdentifier, withTransaction } from "../../../../postgres/connection";
import { isTransient } from "../../../../postgres/connection-errors";
import { withBoundedLockWaits } from "../../../../postgres/lock-waits";
import { type Tls, tlsOptions } from "../../../../postgres/tls";

/** The configuration of a provider. */
export interface ServerConfig {
  host: string;
  port: number;
  username: string;
  password: string | undefined;
  /** The database for operations on roles and databases. */
  database: string;
  tls: Tls;
  /** The time limit of a connection attempt, in seconds. */
  connectTimeout: number;
}

/** An error of the server, in the words of the official plugin. */
export class ServerError extends Error {
  constructor(
    context: string,
    readonly code: string | undefined,
    readonly reason: string,
  ) {
    super(context === "" ? reason : `${context}: ${reason}`);
  }
}

const MISSING = new Set(["3D000", "3F000", "42704", "42P01"]);

/** Whether the error is that a database, schema, role or table does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof ServerError && MISSING.has(error.code ?? "");
}

/** The age of this process, in milliseconds, until which a server may still be starting. */
const STARTING_MS = 5_000;
const RETRY_EVERY_MS = 200;

/** The server of a provider. Every operation has its own connection. */
export class Server {
  constructor(readonly config: ServerConfig) {}

  /**
   * Connects to a database, runs `work` and closes the connection.
   *
   * @param database the name of the database, or null for the provider's database
   */
  async connect<T>(database: string | null, work: (session: Session) => Promise<T>): Promise<T> {
    const { host, port, username, password, tls, connectTimeout } = this.config;
    const config = {
      host,
      port,
      user: username,
      ...(password === undefined ? {} : { password }),
      database: database ?? this.config.database,
      ssl: tlsOptions(tls) ?? false,
      connectionTimeoutMillis: connectTimeout * 1000,
      application_name: "chat-perf offline plugin",
    };
    const client = await this.#connected(config);
    try {
      // The owner of a database may have set a search path to objects that look like PostgreSQL's.
      await client.query("SET search_path = pg_catalog");
      return await withBoundedLockWaits(client, config, () => work(new Session(client)));
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /**
   * A refresh reads all resources at once, also a stopped server, and starts it. While this process is young, a server
   * that does not answer may therefore be starting, and is tried again.
   */
  async #connected(config: ClientConfig & { host: string; port: number }): Promise<Client> {
    for (;;) {
      const client = new Client(config);
      client.on("error", () => undefined);
      try {
        await client.connect();
        return client;
      } catch (error) {
        if (!isTransient(error) || performance.now() > STARTING_MS) {
          const context = `error connecting to PostgreSQL server ${config.host} (scheme: postgres)`;
          throw new ServerError(context, codeOf(error), describe(error, `${config.host}:${config.port}`));
        }
        await delay(RETRY_EVERY_MS);
      }
    }
  }

  /**
   * Runs `work` in one transaction. Changes in one database run one after the other, because concurrent changes of one
   * object fail with "tuple concurrently updated".
   */
  async change<T>(database: string | null, work: (session: Session) => Promise<T>): Promise<T> {
    return retried(() =>
      this.connect(database, (session) =>
        withTransaction(session.client, async () => {
          await session.query("SELECT pg_advisory_xact_lock($1)", [CHANGE_LOCK]);
          return work(session);
        }),
      ),
    );
  }
}

/** An arbitrary number that other programs are unlikely to use: "plugin" in ASCII. */
const CHANGE_LOCK = 0x706c7567696e;

const ATTEMPTS = 10;

/** Runs `work` again when it fails because of concurrent changes. Advisory locks work within one database only. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isLostRace(error)) throw error;
      await delay(50 * attempt * (0.5 + Math.random()));
    }
  }
}

/** The SQLSTATEs of a serialization failure, a deadlock, and a database with other connections. */
const LOST_RACES = new Set(["40001", "40P01", "55006"]);

function isLostRace(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false;
  return LOST_RACES.has(error.code ?? "") || /tuple concurrently (updated|deleted)/.test(error.reason);
}

/** A connection to one database. */
export class Session {
  constructor(readonly client: Client) {}

  /**
   * Runs a statement.
   *
   * @param context the beginning of an error's message
   */
  async query<Row extends object>(sql: string, parameters: unknown[] = [], context = ""): Promise<Row[]> {
    try {
      return (await this.client.query<Row>(sql, parameters)).rows;
    } catch (error) {
      throw new ServerError(context, codeOf(error), describe(error, ""));
    }
  }

  /**
   * Runs `work` with the rights of some roles. A superuser has them. Another administrator becomes a member of the
   * roles during the work.
   */
  async asMemberOf<T>(roles: string[], work: () => Promise<T>): Promise<T> {
    const lacking = await this.query<{ name: string }>(
      `SELECT rolname AS name FROM pg_roles
        WHERE rolname = ANY ($1) AND rolname <> current_user
          AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
          AND NOT (pg_has_role(rolname, 'USAGE') AND pg_has_role(rolname, $2))`,
      [roles, await this.memberPrivilege()],
    );
    const names = lacking.map(({ name }) => quoteIdentifier(name)).join(", ");
    if (names === "") return work();
    await this.query(`GRANT ${names} TO CURRENT_USER`);
    const leave = () => this.query(`REVOKE ${names} FROM CURRENT_USER`);
    try {
      const result = await work();
      await leave();
      return result;
    } catch (error) {
      await leave().catch(() => undefined); // in a transaction it fails, and the rollback does it
      throw error;
    }
  }

  /** The privilege that SET ROLE needs. Before PostgreSQL 16 every member had it. */
  private async memberPrivilege(): Promise<string> {
    const [version] = await this.query<{ number: number }>(
      "SELECT current_setting('server_version_num')::int AS number",
    );
    return version !== undefined && version.number >= 160_000 ? "SET" : "MEMBER";
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

function describe(error: unknown, address: string): string {
  if (error instanceof DatabaseError) return `pq: ${error.message} (${error.code ?? ""})`;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if ((first as NodeJS.ErrnoException).code === "ECONNREFUSED") {
    return `dial tcp ${address}: connect: connection refused`;
  }
  return first instanceof Error ? first.message : String(first);
}
