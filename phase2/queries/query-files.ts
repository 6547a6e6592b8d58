import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { Client } from "pg";
import { DatabaseError } from "pg";
import { ExpectedError } from "../../common/errors";

/** The kinds of parameters that a query can have, with the number of their values. */
const parameterKinds = {
  /** `$1` is the id of a conversation. */
  conversation: 1,
  /** `$1` is the id of a user. */
  user: 1,
  /** `$1` is the id of a user, `$2` the id of a conversation of which the user is an active member. */
  member: 2,
  /** `$1` is the id of a new message, `$2` of its sender, `$3` of its conversation. The execution is rolled back. */
  message: 3,
};
export type ParameterKind = keyof typeof parameterKinds;

/** A query that the application runs often. */
export interface HotQuery {
  /** The name, e.g. `Q1`. */
  name: string;
  /** What the query does, in a few words. */
  title: string;
  /** The largest acceptable 95th percentile, milliseconds. */
  targetMs?: number;
  parameters: ParameterKind;
  /** How often the query runs, relative to the other queries: shares of 40 and 20 mean twice as often. */
  share?: number;
  /** The whole file without the final semicolon. */
  sql: string;
  /** The path of the file, as messages show it. */
  file: string;
}

/** The folder of the hot queries. */
export const QUERIES = __dirname;

const headerLine = /^--\s*(name|title|target|parameters|share):\s*(.*?)\s*$/gm;

/**
 * Reads the hot queries, one from each `.sql` file of the folder, in the order of the file names. A file begins with a
 * header:
 *
 *     -- name: Q1
 *     -- title: latest 50 messages of a conversation
 *     -- target: 50 ms                                  (optional)
 *     -- parameters: conversation                       (or user, member, message)
 *     -- share: 40                                      (optional; how often it runs, compared with the others)
 *
 * @throws ExpectedError with the name of a file that has another header
 */
export function readHotQueries(folder = QUERIES): HotQuery[] {
  const queries = readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => parseQuery(readFileSync(join(folder, file), "utf8"), shownPath(join(folder, file))));
  for (const [index, { name, file }] of queries.entries()) {
    const first = queries.find((query) => query.name === name)!;
    if (first !== queries[index]) throw mistake(file, `its name ${name} is that of ${first.file} too`);
  }
  const writes = queries.filter(({ parameters }) => parameters === "message");
  if (writes.length === 1) return queries;
  throw new ExpectedError(
    `${shownPath(folder)} has ${writes.length === 0 ? "no query" : `several queries (${writes.map(({ file }) => basename(file)).join(", ")})`} with \`-- parameters: message\`.`,
    "Keep one such query: its inserts measure the cost of the indexes. phase2/queries/ of the original project has one.",
  );
}

/** Reads the text of one query. `file` is its name in errors. */
export function parseQuery(written: string, file: string): HotQuery {
  const text = withoutByteOrderMark(written);
  const header = Object.fromEntries([...text.matchAll(headerLine)].map(([, key, value]) => [key!, value!]));
  const { name, title, target, parameters, share } = header;
  if (!name || !title || !parameters) {
    throw mistake(file, "its header lacks `-- name: …`, `-- title: …` or `-- parameters: …`");
  }
  if (!/^\w{1,20}$/.test(name)) throw mistake(file, `"${name}" is not a name like Q1`);
  if (!Object.hasOwn(parameterKinds, parameters)) {
    const kinds = Object.keys(parameterKinds).join(", ");
    throw mistake(file, `its parameters are "${parameters}", but must be one of ${kinds}`);
  }
  const milliseconds = /^(\d+(?:\.\d+)?) ?ms$/.exec(target ?? "0 ms")?.[1];
  if (milliseconds === undefined) throw mistake(file, `its target is "${target!}", but must be like 50 ms`);
  if (share !== undefined && !/^\d+(\.\d+)?$/.test(share)) {
    throw mistake(file, `its share is "${share}", but must be a number like 40`);
  }
  return {
    name,
    title,
    ...(target !== undefined && { targetMs: Number(milliseconds) }),
    parameters: parameters as ParameterKind,
    ...(share !== undefined && { share: Number(share) }),
    sql: text.trimEnd().replace(/;$/, ""),
    file,
  };
}

/**
 * Lets the server parse every query before anything is measured.
 *
 * @throws ExpectedError with the file and line of the first query that the server rejects
 */
export async function checkQueries(client: Client, queries: HotQuery[]): Promise<void> {
  for (const query of queries) {
    await client.query({ name: `check ${query.name}`, text: prefix + query.sql }).catch((error: unknown) => {
      // Class 42 has syntax errors, and names or types that do not exist.
      throw error instanceof DatabaseError && error.code?.startsWith("42") ? refused(query, error) : error;
    });
    const { rows } = await client.query<{ given: number }>(
      "SELECT cardinality(parameter_types) AS given FROM pg_prepared_statements WHERE name = 'checked'",
    );
    await client.query("DEALLOCATE checked");
    const wanted = parameterKinds[query.parameters];
    if (rows[0]!.given !== wanted) {
      const takes = `it takes ${rows[0]!.given} parameters, but "${query.parameters}" gives ${wanted}`;
      throw mistake(query.file, takes);
    }
  }
}

const prefix = "PREPARE checked AS ";

function refused({ file, sql }: HotQuery, error: DatabaseError): ExpectedError {
  return new ExpectedError(
    `PostgreSQL does not take the query in ${file}${lineOf(sql, error, prefix.length)}: ${error.message}.`,
    "Correct the file: it holds one statement of this database's schema.",
  );
}

/** `:LINE` of the place in a query that an error names; empty where it names none. */
function lineOf(sql: string, { position }: DatabaseError, before = 0): string {
  if (position === undefined) return "";
  return `:${sql.slice(0, Math.max(0, Number(position) - 1 - before)).split("\n").length}`;
}

/** File and line of an error in executing a query: the line that it names, or where the statement begins. */
export function placeOf({ file, sql }: HotQuery, error: DatabaseError): string {
  const first = sql.split("\n").findIndex((line) => !/^\s*(?:--.*)?$/.test(line));
  return `${file}${lineOf(sql, error) || `:${first + 1}`}`;
}

function mistake(file: string, problem: string): ExpectedError {
  return new ExpectedError(
    `The query file ${file} cannot be read: ${problem}.`,
    "Correct the header of the file. phase2/queries/q1-latest-50-messages.sql is an example.",
  );
}

/** Editors of Windows begin a file with a mark that is no part of its text. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}

function shownPath(path: string): string {
  return relative(resolve(__dirname, "../.."), path);
}
