import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { ExpectedError } from "../../runtime/errors";
import type { IndexState } from "../capture";
import { withoutByteOrderMark } from "../queries/query-files";
import { statementsOf } from "./script";

/** One of the phase-2 indexes. */
export interface IndexDefinition {
  name: string;
  table: string;
  /** Its statement `CREATE INDEX CONCURRENTLY IF NOT EXISTS …`, on one line and without the semicolon. */
  statement: string;
}

const FILE = "phase-2-indexes.sql";
const NAME = String.raw`("(?:[^"]|"")+"|\w+)`;
const createIndex = new RegExp(
  String.raw`^CREATE\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?${NAME}\s+ON\s+((?:public\.)?${NAME}\s*(?:\(|USING\b).*)$`,
  "is",
);
/** Statements that change no index: settings, and what removes invalid indexes before a build. */
const harmless = /^(?:SET|RESET|SELECT|BEGIN|COMMIT|COMMENT\s+ON\s+INDEX)\b/i;

/**
 * Reads the indexes from `phase-2-indexes.sql`, the file that psql runs as well, as psql reads it.
 *
 * @throws ExpectedError for a file with statements that are not measured, each with its line, or with no index
 */
export function readDefinitions(text = readFileSync(join(__dirname, "..", FILE), "utf8")): IndexDefinition[] {
  const statements = statementsOf(withoutByteOrderMark(text)).filter(({ text }) => !harmless.test(text));
  const read = statements.map((statement) => ({ ...statement, definition: definitionOf(statement.text) }));
  const definitions = read.flatMap(({ definition }) => definition ?? []);
  if (definitions.length > 0 && definitions.length === statements.length) return definitions;
  const others = read.filter(({ definition }) => definition === undefined);
  throw new ExpectedError(
    `phase2/${FILE} has ${statements.length} statements, of which ${definitions.length} are understood${others.map(({ text, line }) => `\n  line ${line}: ${text.slice(0, 80)}`).join("")}`,
    "Write each as CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON table (…); others would be run by psql and not be measured.",
  );
}

function definitionOf(statement: string): IndexDefinition | undefined {
  const [, name, on, table] = createIndex.exec(statement) ?? [];
  if (name === undefined || on === undefined || table === undefined) return undefined;
  return {
    name: bare(name),
    table: bare(table),
    statement: `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON ${on}`,
  };
}

/** A name without quotes; one that had none is in lower case to PostgreSQL. */
function bare(identifier: string): string {
  return identifier.startsWith('"')
    ? identifier.slice(1, -1).replaceAll('""', '"')
    : identifier.toLowerCase();
}

/**
 * The comment of an index with the time of its build. It exists as long as the index. The time has microseconds, because a
 * small index takes less than a millisecond.
 */
export function buildComment(seconds: number): string {
  return `phase 2, built in ${seconds.toFixed(6)} s`;
}

const buildSeconds = /^phase 2, built in ([\d.]+) s$/;

/** Reads the indexes of the schema `public`, in the order of their names. */
export async function readIndexes(client: Client): Promise<IndexState[]> {
  const { rows } = await client.query<Omit<IndexState, "bytes"> & { bytes: string; comment: string | null }>(
    `SELECT i.relname AS name, t.relname AS "table", pg_get_indexdef(i.oid) AS definition,
       pg_relation_size(i.oid) AS bytes, x.indisvalid AS valid, obj_description(i.oid, 'pg_class') AS comment
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
     WHERE i.relnamespace = 'public'::regnamespace ORDER BY i.relname COLLATE "C"`,
  );
  return rows.map(({ comment, bytes, ...index }) => {
    const seconds = buildSeconds.exec(comment ?? "")?.[1];
    return { ...index, bytes: Number(bytes), ...(seconds && { build_seconds: Number(seconds) }) };
  });
}

/** Splits the wanted indexes by their state in the database. */
export async function indexesAsTheyAre(
  client: Client,
  wanted: readonly IndexDefinition[] = readDefinitions(),
) {
  const present = new Map((await readIndexes(client)).map((index) => [index.name, index]));
  return {
    valid: wanted.filter(({ name }) => present.get(name)?.valid === true),
    /** Indexes that a failed build has left behind. */
    invalid: wanted.filter(({ name }) => present.get(name)?.valid === false),
    missing: wanted.filter(({ name }) => !present.has(name)),
    /** Those of the valid ones that this program did not build, as they have no comment of its. */
    foreign: wanted.filter(({ name }) => {
      const index = present.get(name);
      return index?.valid === true && index.build_seconds === undefined;
    }),
  };
}
