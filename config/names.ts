import { createHash } from "node:crypto";

/** The names of a stack's database and roles on the server. */
export interface DatabaseNames {
  database: string;
  /** The role of the application. */
  role: string;
  /** The role that owns schema and tables. */
  ownerRole: string;
}

/**
 * The longest part of a name that comes from the stack. PostgreSQL's identifiers have up to 63 bytes, and the longest
 * name here is `chat_perf_<stack>_owner`.
 */
const LONGEST = 63 - "chat_perf__owner".length;

/**
 * Derives the names of a stack's database and roles. They are `chat_perf` and `perf_user` for the stack `perf`, and
 * `chat_perf_<stack>` and `perf_<stack>_user` for every other stack. Characters that an unquoted identifier cannot
 * contain become `_`.
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

/**
 * Shortens a long name and adds a digest of the stack's name, so that two names with the same beginning remain
 * different.
 */
function shorten(identifier: string, stack: string): string {
  if (identifier.length <= LONGEST) return identifier;
  const digest = createHash("sha256").update(stack).digest("hex").slice(0, 8);
  return `${identifier.slice(0, LONGEST - digest.length - 1)}_${digest}`;
}
