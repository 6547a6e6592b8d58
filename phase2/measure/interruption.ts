import { ExpectedError } from "../../runtime/errors";

/** What `pg` says, without a code, of a connection that is gone. */
const CONNECTION_GONE =
  /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** What to do about an interruption, by SQLSTATE or its class (PostgreSQL's appendix A), or by system error. */
const REMEDIES: [pattern: RegExp, remedy: string][] = [
  [/^57014$/, "Somebody or something cancelled a statement: look into the server's log."],
  [/^25006$/, "Queries are measured read-only: only the one with the parameters `message` may change rows."],
  [/^42501$/, "Use the role that owns the chat tables: of a stack, MIGRATION_DATABASE_URL."],
  [
    /^42P01$/,
    "Check that the URL names a database with the chat schema; `pulumi up` applies its migrations.",
  ],
  [/^40P01$/, "Other sessions are using the tables: wait until they have ended."],
  [/^53100$/, "Free space on the server's disk."],
  [/^53/, "Give the server more of what it lacks."],
  [
    /^(57P|08|ECONN|EPIPE|ETIMEDOUT)/,
    "Look into the server's log; `pulumi up` starts an embedded server again.",
  ],
];

/** The error to show for whatever stopped the work: an expected one where the cause lies outside of this program. */
export function explained(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const gone = CONNECTION_GONE.test(error.message) ? "08006" : code;
  const remedy = REMEDIES.find(([pattern]) => pattern.test(gone))?.[1];
  if (remedy === undefined) return error;
  return new ExpectedError(`${what} was stopped: ${error.message}.`, remedy, { cause: error });
}
