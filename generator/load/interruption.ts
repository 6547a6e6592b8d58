import { ExpectedError } from "../../runtime/errors";
import { SubprocessKilled } from "../../runtime/subprocess";

/** What `pg` says, without a code, of a connection that is gone. */
const CONNECTION_GONE =
  /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** What was interrupted, and what is left of it. */
const WORK = {
  load: { name: "The load", rest: "What is loaded is kept: the same command resumes from there." },
  clearing: { name: "Clearing the dataset", rest: "Nothing is cleared: run the same command again." },
} as const;
type Work = keyof typeof WORK;

const SERVER_GONE = "Look into the server's log; `pulumi up` starts an embedded server again.";

/** What to do about an interruption, by SQLSTATE or its class (PostgreSQL's appendix A), or by system error. */
const REMEDIES: [pattern: RegExp, remedy: string][] = [
  [/^53100$/, "Free space on the server's disk, or use fewer messages."],
  [
    /^53300$/,
    "Close other connections, or raise max_connections: a load takes one connection a worker and one more.",
  ],
  [/^53/, "Give the server more of what it lacks."],
  [/^57014$/, "Somebody or something cancelled a statement: look into the server's log."],
  [/^25006$/, "The server takes no writes: it is a replica, or default_transaction_read_only is on."],
  [
    /^42501$/,
    "Load as the role that owns the chat tables and may create a schema: of a stack, MIGRATION_DATABASE_URL.",
  ],
  [/^(57P|08)/, SERVER_GONE],
];

/** The error to show for whatever stopped the work: an expected one where the cause lies outside of this program. */
export function explained(error: unknown, work: Work = "load"): unknown {
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  const interrupted = (what: string, remedy: string): ExpectedError =>
    new ExpectedError(`${WORK[work].name} was interrupted: ${what}.`, `${remedy} ${WORK[work].rest}`.trim());
  if (error instanceof SubprocessKilled) return interrupted(error.message, "");
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "2BP01") return interrupted(error.message, dependents(error));
  const remedy = REMEDIES.find(([pattern]) => pattern.test(code))?.[1];
  if (remedy !== undefined) return interrupted(error.message, remedy);
  if (/^(ECONN|EPIPE|ETIMEDOUT)/.test(code) || CONNECTION_GONE.test(error.message)) {
    return interrupted("the connection to the server was lost", SERVER_GONE);
  }
  return error;
}

/** Keys and indexes are dropped for the load; what the server says of things that rest on them, such as views. */
function dependents(error: Error): string {
  const detail = "detail" in error && typeof error.detail === "string" ? error.detail : "";
  return `${detail.replaceAll("\n", "; ")}. Drop that before the load and make it again afterwards.`;
}
