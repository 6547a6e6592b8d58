import { type InterruptionCause, interruptionCause, REMEDIES } from "../../postgres/interruption";
import { ExpectedError } from "../../common/errors";
import { SubprocessKilled } from "../../common/subprocess";

/** The work that was interrupted, and what is left of it. */
const WORK = {
  load: { name: "The load", rest: "What is loaded is kept: the same command resumes from there." },
  clearing: { name: "Clearing the dataset", rest: "Nothing was cleared. Run the same command again." },
} as const;
type Work = keyof typeof WORK;

/** Remedies that are more exact for a load. */
const LOAD_REMEDIES: Partial<Record<InterruptionCause, string>> = {
  "disk full": "Free space on the server's disk, or load fewer messages.",
  "too many connections":
    "Close other connections, or raise max_connections: a load takes one connection for each worker and one more.",
  "no privilege":
    "Load as the role that owns the chat tables and may create a schema. A stack has its URL in MIGRATION_DATABASE_URL.",
};

/** The SQLSTATE for objects, such as views, that depend on a key which the load drops. */
const DEPENDENT_OBJECTS = "2BP01";

/** The SQLSTATEs of rows or keys that the tables refuse: wrong data, violated constraints, errors of functions. */
const REFUSED_BY_SCHEMA = /^(22|23|44|P0)/;
const SCHEMA_REMEDY =
  "A constraint, a domain, a trigger or an index of the chat tables refuses rows of the dataset. Change it, then run the " +
  "same command again, or empty the tables with `npm run generate -- --clear`.";

/** Returns the error to show for what stopped the work: an expected error when its cause lies outside of this program. */
export function toExpectedError(error: unknown, work: Work = "load"): unknown {
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  const interrupted = (what: string, remedy: string): ExpectedError =>
    new ExpectedError(`${WORK[work].name} was interrupted: ${what}.`, `${remedy} ${WORK[work].rest}`.trim());
  if (error instanceof SubprocessKilled) return interrupted(error.message, "");
  if ("code" in error && error.code === DEPENDENT_OBJECTS) {
    return interrupted(error.message, dependents(error));
  }
  const cause = interruptionCause(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (REFUSED_BY_SCHEMA.test(code)) {
    return new ExpectedError(
      `${WORK[work].name} was stopped by the database: ${error.message}.`,
      SCHEMA_REMEDY,
    );
  }
  // A column or function that is missing from our own statements would be a defect of this program.
  if (cause === undefined || cause === "other schema") return error;
  return interrupted(messageOf(error), LOAD_REMEDIES[cause] ?? REMEDIES[cause]);
}

/** The server's message. An error without an SQLSTATE is one of the connection itself. */
function messageOf(error: Error): string {
  const fromServer = "code" in error && typeof error.code === "string" && !error.code.startsWith("E");
  return fromServer ? error.message : "the connection to the server was lost";
}

/** Names the objects that depend on a key which the load drops. */
function dependents(error: Error): string {
  const detail = "detail" in error && typeof error.detail === "string" ? error.detail : "";
  return `${detail.replaceAll("\n", "; ")}. Drop that before the load and create it again afterwards.`;
}
