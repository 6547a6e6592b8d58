import type { Client } from "pg";
import { quoteIdentifier } from "../../postgres/connection";
import type { IndexState } from "../capture";
import { type IndexDefinition, readDefinitions } from "./index-file";

export { type IndexDefinition, readDefinitions } from "./index-file";

/**
 * The comment of an index with the time of its build. It exists as long as the index. The time has microseconds, because a
 * small index takes less than a millisecond.
 */
export function buildComment(seconds: number): string {
  return `phase 2, built in ${seconds.toFixed(6)} s`;
}

const buildSeconds = /^phase 2, built in ([\d.]+) s$/;

/** The name of an object in the schema `public`, as SQL text. */
export function inPublic(name: string): string {
  return `public.${quoteIdentifier(name)}`;
}

/** Reads the indexes of the schema `public`, in the order of their names. */
export async function readIndexes(client: Client): Promise<IndexState[]> {
  const { rows } = await client.query<
    Omit<IndexState, "bytes"> & { bytes: string; maintained: boolean; comment: string | null }
  >(
    `SELECT i.relname AS name, t.relname AS "table", pg_get_indexdef(i.oid) AS definition,
       pg_relation_size(i.oid) AS bytes, x.indisvalid AS valid, x.indisready AS maintained, obj_description(i.oid, 'pg_class') AS comment
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
     WHERE i.relnamespace = 'public'::regnamespace ORDER BY i.relname COLLATE "C"`,
  );
  return rows.map(({ comment, bytes, maintained, ...index }) => {
    const seconds = buildSeconds.exec(comment ?? "")?.[1];
    const state = { ...index, bytes: Number(bytes), ...(!index.valid && { maintained }) };
    return { ...state, ...(seconds && { build_seconds: Number(seconds) }) };
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
