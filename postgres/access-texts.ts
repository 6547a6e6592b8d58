import { UNSET_LIBPQ_VARIABLES } from "../common/libpq-environment";

/** The beginning of the comment that identifies a file as written by this program. */
const MARK = "Written by chat-perf";

function mark(comment: string, stack: string): string {
  return `${comment} ${MARK} for stack "${stack}"; changes are overwritten, \`pulumi destroy\` removes the file.\n`;
}

/** Whether this program wrote the text. The mark is in one of its first two lines. */
export function isWrittenByUs(text: string): boolean {
  return text
    .split("\n", 2)
    .some((line) => line.startsWith(`# ${MARK} for stack`) || line.startsWith(`-- ${MARK} for stack`));
}

/** The text of the environment file: both URLs, and the variables that psql and other libpq programs read. */
export function environmentFile(stack: string, databaseUrl: string, migrationUrl: string): string {
  const { hostname, port, pathname, username, password, searchParams } = new URL(databaseUrl);
  const [sslmode, sslrootcert] = [searchParams.get("sslmode"), searchParams.get("sslrootcert")];
  const variables = {
    DATABASE_URL: databaseUrl,
    MIGRATION_DATABASE_URL: migrationUrl,
    PGHOST: hostname.replace(/^\[(.+)\]$/, "$1"),
    PGPORT: port === "" ? "5432" : port,
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    ...(sslmode !== null && { PGSSLMODE: sslmode }),
    ...(sslrootcert !== null && { PGSSLROOTCERT: sslrootcert }),
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}\n`);
  return mark("#", stack) + lines.join("");
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * The text of the connection script. The password is an environment variable, because every user of the machine can
 * read the arguments of a process.
 */
export function connectScript(stack: string): string {
  return `#!/bin/sh
${mark("#", stack)}# Opens psql as the application role; arguments go to psql: connect-${stack}.sh -c 'SELECT 1'
if ! command -v psql >/dev/null 2>&1; then
  echo "psql is not installed. Debian and Ubuntu: apt install postgresql-client. Fedora: dnf install postgresql." >&2
  echo "macOS: brew install libpq. Any other client can use DATABASE_URL of .env.${stack}, in the folder of this script." >&2
  exit 127
fi
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
# Other connection variables of the caller would override these, or be mixed with them.
${UNSET_LIBPQ_VARIABLES}
. "$folder/.env.${stack}"
exec psql "$@"
`;
}

/**
 * The text of the monitoring queries, for psql. Each of them can run as the application role, and its table fits 120
 * columns.
 */
export function monitorQueries(stack: string): string {
  return `${mark("--", stack)}
-- Slowest queries of this role; PostgreSQL hides the text of queries of other roles
SELECT to_regclass('pg_stat_statements') IS NOT NULL AS has_query_monitoring \\gset
\\if :has_query_monitoring
SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 70) AS query, calls,
       round(mean_exec_time::numeric, 2) AS mean_ms,
       round(total_exec_time::numeric, 2) AS total_ms
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND query <> '<insufficient privilege>'
ORDER BY pg_stat_statements.mean_exec_time DESC
LIMIT 20;
\\else
\\echo 'Slow queries are not shown: pg_stat_statements is not installed in this database.'
\\endif

-- Table sizes
SELECT tablename,
       pg_size_pretty(pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass)) AS total_size
FROM pg_tables
WHERE schemaname = 'public'
ORDER BY pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass) DESC;

-- Index usage
SELECT left(relname, 36) AS tablename, left(indexrelname, 48) AS indexname, idx_scan,
       pg_size_pretty(pg_relation_size(indexrelid)) AS size
FROM pg_stat_user_indexes
WHERE schemaname = 'public'
ORDER BY idx_scan ASC, indexrelname;

-- Autovacuum activity
SELECT left(relname, 36) AS tablename, to_char(last_vacuum, 'YYYY-MM-DD HH24:MI') AS last_vacuum,
       to_char(last_autovacuum, 'YYYY-MM-DD HH24:MI') AS last_autovacuum, vacuum_count, autovacuum_count
FROM pg_stat_user_tables
WHERE schemaname = 'public'
ORDER BY autovacuum_count DESC, relname;
`;
}
