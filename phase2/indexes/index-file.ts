import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../../common/errors";
import { withoutByteOrderMark } from "../queries/query-files";
import { type ScriptStatement, statementsOf } from "./script";

/** One of the phase-2 indexes. */
export interface IndexDefinition {
  name: string;
  table: string;
  /** Its statement `CREATE INDEX CONCURRENTLY IF NOT EXISTS …`, on one line and without the semicolon. */
  statement: string;
  /** The line of the file in which it begins. */
  line: number;
}

/** An index of the database that phase 2 removes. */
export interface IndexRemoval {
  name: string;
  /** The line of the file in which its DROP INDEX begins. */
  line: number;
}

/** The file of the indexes, as messages name it. */
export const INDEX_FILE = "phase2/phase-2-indexes.sql";

const NAME = String.raw`("(?:[^"]|"")+"|\w+)`;
const createIndex = new RegExp(
  String.raw`^CREATE\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?${NAME}\s+ON\s+((?:public\.)?${NAME}\s*(?:\(|USING\b).*)$`,
  "is",
);
const dropIndex = new RegExp(
  String.raw`^DROP\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?(?:public\.)?${NAME}(?:\s+RESTRICT)?$`,
  "is",
);
/** Statements that change no index: settings, and what removes invalid indexes before a build. */
const harmless = /^(?:SET|RESET|SELECT|BEGIN|COMMIT|COMMENT\s+ON\s+INDEX)\b/i;

/**
 * Reads the indexes that `phase-2-indexes.sql` builds. psql runs the same file, so it is read as psql reads it.
 *
 * @throws ExpectedError for a file with statements that are not measured, each with its line, or with no index
 */
export function readDefinitions(text?: string): IndexDefinition[] {
  return readIndexFile(text).definitions;
}

/**
 * Reads the indexes that `phase-2-indexes.sql` drops.
 *
 * @throws ExpectedError as `readDefinitions`
 */
export function readRemovals(text?: string): IndexRemoval[] {
  return readIndexFile(text).removals;
}

function readIndexFile(text = readFileSync(join(__dirname, "../phase-2-indexes.sql"), "utf8")): {
  definitions: IndexDefinition[];
  removals: IndexRemoval[];
} {
  const statements = statementsOf(withoutByteOrderMark(text)).filter(({ text }) => !harmless.test(text));
  const definitions = statements.flatMap((statement) => definitionOf(statement) ?? []);
  const removals = statements.flatMap((statement) => removalOf(statement) ?? []);
  const understood = [...definitions, ...removals].sort((a, b) => a.line - b.line);
  if (understood.length === 0 || understood.length < statements.length) {
    const others = statements.filter(
      ({ line, text }) => !definitionOf({ line, text }) && !removalOf({ line, text }),
    );
    throw new ExpectedError(
      `${INDEX_FILE} has ${statements.length} statements, of which ${understood.length} are understood${others.map(({ text, line }) => `\n  line ${line}: ${text.slice(0, 80)}`).join("")}`,
      "Write each as CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON table (…) or as DROP INDEX CONCURRENTLY IF EXISTS name; others would be run by psql and not be measured.",
    );
  }
  for (const [i, { name, line }] of understood.entries()) {
    const first = understood.findIndex((each) => each.name === name);
    if (first === i) continue;
    throw new ExpectedError(
      `${INDEX_FILE} has index ${name} twice: in line ${understood[first]!.line} and in line ${line}.`,
      "Use each name once. To replace an index, give the new one another name, and add a DROP INDEX for the old one.",
    );
  }
  return { definitions, removals };
}

function definitionOf({ text, line }: ScriptStatement): IndexDefinition | undefined {
  const [, name, on, table] = createIndex.exec(text) ?? [];
  if (name === undefined || on === undefined || table === undefined) return undefined;
  return {
    name: bare(name),
    table: bare(table),
    statement: `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON ${on}`,
    line,
  };
}

function removalOf({ text, line }: ScriptStatement): IndexRemoval | undefined {
  const name = dropIndex.exec(text)?.[1];
  return name === undefined ? undefined : { name: bare(name), line };
}

/** A name without quotes; one that had none is in lower case to PostgreSQL. */
function bare(identifier: string): string {
  return identifier.startsWith('"')
    ? identifier.slice(1, -1).replaceAll('""', '"')
    : identifier.toLowerCase();
}
