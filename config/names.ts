import { createHash } from "node:crypto";

/** What a stack's database and roles are called on the server. */
export interface DatabaseNames {
  database: string;
  /** The application's role. */
  role: string;
  /** Owns schema and tables. */
  ownerRole: string;
}

/** The longest identifier of PostgreSQL is 63 bytes, and the longest name here is `chat_perf_<stack>_owner`. */
const LONGEST = 63 - "chat_perf__owner".length;

/**
 * The names of a stack's database and roles: `chat_perf` and `perf_user` for the stack `perf`, and for every
 * other `chat_perf_<stack>` and `perf_<stack>_user`, with `_` for what an unquoted identifier cannot hold.
 */
export function databaseNames(stack: string): DatabaseNames {
  const perf = stack === "perf";
  const identifier = shorten(stack.toLowerCase().replaceAll(/[^a-z0-9]/g, "_"), stack);
  const database = perf ? "chat_perf" : `chat_perf_${identifier}`;
  return {
    database,
    role: perf ? "perf_user" : `perf_${identifier}_user`,
    ownerRole: `${database}_owner`,
  };
}

/** Cuts a long name and adds a digest of the whole, so that two long names which begin alike stay apart. */
function shorten(identifier: string, stack: string): string {
  if (identifier.length <= LONGEST) return identifier;
  const digest = createHash("sha256").update(stack).digest("hex").slice(0, 8);
  return `${identifier.slice(0, LONGEST - digest.length - 1)}_${digest}`;
}
