import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { ExpectedError } from "../../runtime/errors";
import type { IndexState } from "../capture";

/** One of the phase-2 indexes. */
export interface IndexDefinition {
  name: string;
  table: string;
  /** Its statement `CREATE INDEX CONCURRENTLY IF NOT EXISTS …`, on one line and without the semicolon. */
  statement: string;
}

const FILE = "phase-2-indexes.sql";
const createIndex =
  /^CREATE INDEX CONCURRENTLY IF NOT EXISTS\s+("[^"]+"|\w+)\s+ON\s+((?:\w+\.)?(?:"[^"]+"|\w+))\s+[^;]+/gm;

/**
 * Reads the indexes from `phase-2-indexes.sql`. The file can also be run with psql.
 *
 * @throws ExpectedError when the file has no statement, or one that cannot be read
 */
export function readDefinitions(text = readFileSync(join(__dirname, "..", FILE), "utf8")): IndexDefinition[] {
  const definitions = [...text.matchAll(createIndex)].map(([statement, name, table]) => ({
    name: bare(name!),
    table: bare(table!.replace(/^\w+\./, "")),
    statement: statement.trim().replaceAll(/\s+/g, " "),
  }));
  const statements = text.match(/^CREATE\b/gm)?.length ?? 0;
  if (definitions.length > 0 && definitions.length === statements) return definitions;
  throw new ExpectedError(
    `phase2/${FILE} has ${statements} statements, of which ${definitions.length} are understood.`,
    "Write each as CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON table (…); with CREATE at the beginning of a line.",
  );
}

function bare(identifier: string): string {
  return identifier.replaceAll('"', "");
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
  };
}
