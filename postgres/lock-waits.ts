import { Client, type ClientConfig } from "pg";
import { ExpectedError } from "../common/errors";

/**
 * How long a session of this program waits for a lock. A `lock_timeout` of the role, database or URL has precedence.
 */
const LOCK_TIMEOUT = "60s";
/** When the blockers of a session are first looked up, and how often after that. */
const FIRST_LOOK_MS = 1_000;
const LOOK_EVERY_MS = 10_000;

/** The SQLSTATE lock_not_available: the `lock_timeout` has passed. */
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Runs `work` in a session whose waits for locks are bounded. A second connection regularly looks up the sessions that
 * block it, because the server does not report them after the timeout.
 *
 * @param config how the session was connected, for the second connection
 * @throws ExpectedError with the sessions that hold the lock, when the wait was too long
 */
export async function withBoundedLockWaits<T>(
  client: Client,
  config: ClientConfig,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await client.query<{ pid: number; limit: string }>(
    "SELECT pg_catalog.pg_backend_pid() AS pid, pg_catalog.current_setting('lock_timeout') AS limit",
  );
  const { pid, limit } = rows[0]!;
  if (limit === "0") await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
  let seen: Blocker[] = [];
  const look = (): void => {
    // A failed lookup is not an error of this session, for example when the server has no free connection.
    blockersOf(pid, config).then(
      (found) => {
        if (found.length > 0) seen = found;
      },
      () => undefined,
    );
    timer = setTimeout(look, LOOK_EVERY_MS).unref();
  };
  let timer = setTimeout(look, FIRST_LOOK_MS).unref();
  try {
    return await work();
  } catch (error) {
    throw isLockTimeout(error) ? lockError(client.database ?? "", seen, error) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an error is a lock timeout. The session has then changed nothing. */
export function isLockTimeout(error: unknown): boolean {
  return (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
}

/** A session that blocks another one, with the columns that the observing role may read. */
interface Blocker {
  pid: number;
  role: string | null;
  application: string;
  /** E.g. `idle in transaction`. This and the following columns are null when the role may not read them. */
  state: string | null;
  since: string | null;
  query: string | null;
  /** The locked object, e.g. `the table public.messages`. */
  lock: string;
}

/** The columns of a `Blocker`, from `pg_stat_activity AS a`. */
const COLUMNS = `a.pid, a.usename AS role, a.application_name AS application, a.state,
  to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS since,
  CASE WHEN a.state IS NOT NULL THEN left(regexp_replace(a.query, '\\s+', ' ', 'g'), 200) END AS query`;

async function blockersOf(pid: number, config: ClientConfig): Promise<Blocker[]> {
  const observer = new Client(config);
  observer.on("error", () => undefined);
  await observer.connect();
  try {
    await observer.query("SET search_path = pg_catalog");
    const { rows } = await observer.query<Blocker>(
      `SELECT ${COLUMNS},
              coalesce((SELECT CASE WHEN l.relation IS NOT NULL THEN 'a lock on the table ' || l.relation::regclass::text
                                    WHEN l.locktype = 'advisory' THEN 'an advisory lock'
                                    ELSE 'a lock of type ' || l.locktype END
                          FROM pg_locks l WHERE l.pid = $1 AND NOT l.granted LIMIT 1), 'a lock') AS lock
         FROM unnest(pg_blocking_pids($1)) AS blocker JOIN pg_stat_activity a ON a.pid = blocker ORDER BY a.pid`,
      [pid],
    );
    return rows;
  } finally {
    await observer.end().catch(() => undefined);
  }
}

/** An advisory lock: the key of 32 bits as in `pg_advisory_lock`, or the two keys of its other form. */
export type AdvisoryLock = { key: number } | { key: number; name: string };

/** How long a session of this program waits for a lock that another program holds, in milliseconds. */
export async function lockPatience(client: Client): Promise<number> {
  const { rows } = await client.query<{ ms: number }>(
    "SELECT setting::int AS ms FROM pg_catalog.pg_settings WHERE name = 'lock_timeout'",
  );
  return rows[0]!.ms;
}

/**
 * Refuses to wait any longer for an advisory lock that another program holds. A session of this project releases it
 * when its work is done.
 *
 * @param key the key of the lock as in `pg_advisory_lock`, a 32-bit integer
 * @throws ExpectedError with the session of the other program
 */
export async function requireOwnHolders(client: Client, lock: AdvisoryLock): Promise<void> {
  const isPair = "name" in lock;
  const which = isPair
    ? "l.classid::bigint = $1 AND l.objid = (hashtext($2)::bigint & 4294967295)::oid AND l.objsubid = 2"
    : "l.classid = 0 AND l.objid = $1 AND l.objsubid = 1";
  const { rows } = await client.query<Blocker>(
    `SELECT ${COLUMNS}, 'an advisory lock' AS lock
       FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND ${which} AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND a.pid <> pg_backend_pid() AND a.application_name <> 'chat-perf'
      ORDER BY a.pid`,
    isPair ? [lock.key, lock.name] : [lock.key],
  );
  if (rows.length > 0) throw lockError(client.database ?? "", rows);
}

function lockError(database: string, blockers: Blocker[], cause?: unknown): ExpectedError {
  const lock = blockers[0]?.lock ?? "a lock";
  const holders = blockers.map(describe).join("; ");
  const end = blockers.map(({ pid }) => `SELECT pg_terminate_backend(${pid});`).join(" ");
  return new ExpectedError(
    blockers.length === 0
      ? `Another session holds a lock that is needed in database "${database}".`
      : `Another session holds ${lock} in database "${database}": ${holders}.`,
    `Wait until it has ended${end === "" ? "" : `, or end it (as its role or as superuser: ${end})`}; then run the same command again.`,
    { cause },
  );
}

function describe({ pid, role, application, state, since, query }: Blocker): string {
  const details = [
    `role ${role ?? "unknown"}`,
    application === "" ? "no application name" : `application ${application}`,
    ...(since === null ? [] : [`in a transaction since ${since}`]),
    ...(state === null ? [] : [state]),
    ...(query === null || query === "" ? [] : [`last statement: ${query}`]),
  ];
  return `process ${pid} (${details.join(", ")})`;
}
