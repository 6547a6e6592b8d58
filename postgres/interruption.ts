/** A cause outside of this program for which the server stopped a piece of work. */
export type InterruptionCause =
  | "connection lost"
  | "cancelled"
  | "deadlock"
  | "disk full"
  | "too many connections"
  | "out of resources"
  | "read-only"
  | "no privilege"
  | "no table"
  | "other schema";

/** Each cause by its SQLSTATE, or the class of it (PostgreSQL's appendix A), or by the system's error code. */
const CAUSES: [pattern: RegExp, cause: InterruptionCause][] = [
  [/^(57P|08|ECONN|EPIPE|ETIMEDOUT)/, "connection lost"],
  [/^(57014|25P04)$/, "cancelled"],
  [/^40P01$/, "deadlock"],
  [/^53100$/, "disk full"],
  [/^53300$/, "too many connections"],
  [/^53/, "out of resources"],
  [/^25006$/, "read-only"],
  [/^42501$/, "no privilege"],
  [/^42P01$/, "no table"],
  [/^(42703|42883|42804)$/, "other schema"],
];

/** The messages of `pg`, which have no code, for a connection that is lost. */
const CONNECTION_LOST =
  /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** What a person can do about each cause, where the work that was stopped has nothing more exact to say. */
export const REMEDIES: Record<InterruptionCause, string> = {
  "connection lost": "Read the server's log for the cause. `pulumi up` starts an embedded server again.",
  cancelled: "A person or a time limit cancelled a statement. Read the server's log for the cause.",
  deadlock: "Other sessions are using the tables. Wait until they have ended.",
  "disk full": "Free space on the server's disk.",
  "too many connections": "Close other connections to the server, or raise its max_connections.",
  "out of resources": "Raise the limit that the message names, or free memory on the server.",
  "read-only": "The server accepts no writes: it is a replica, or default_transaction_read_only is on.",
  "no privilege":
    "Connect as the role that owns the chat tables. A stack has its URL in MIGRATION_DATABASE_URL.",
  "no table": "Check that the URL names a database with the chat schema. `pulumi up` applies its migrations.",
  "other schema":
    "Check that the URL names a database with the chat schema. `pulumi up` applies its migrations.",
};

/** The cause of an interruption, or undefined for any other error, which is a defect of this program. */
export function interruptionCause(error: Error): InterruptionCause | undefined {
  if (CONNECTION_LOST.test(error.message)) return "connection lost";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return CAUSES.find(([pattern]) => pattern.test(code))?.[1];
}
