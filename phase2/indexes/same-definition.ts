import { DatabaseError, type Client } from "pg";
import { ExpectedError } from "../../common/errors";
import type { IndexState } from "../capture";
import { withRollback } from "../measure/session";
import { type IndexDefinition, inPublic, readIndexes } from "./definitions";
import { INDEX_FILE } from "./index-file";

/**
 * Makes sure that PostgreSQL takes each of the wanted indexes, and that an index of a wanted name is the wanted index and
 * not another one of the same name.
 *
 * @param nested whether the client is in a transaction already
 * @throws ExpectedError with file and line of a statement that PostgreSQL refuses, or with both definitions of each index
 *   that differs
 */
export async function requireSameDefinitions(
  client: Client,
  wanted: readonly IndexDefinition[],
  nested: boolean,
): Promise<void> {
  const present = new Map((await readIndexes(client)).map((index) => [index.name, index]));
  const different: string[] = [];
  for (const definition of wanted) {
    const index = present.get(definition.name);
    const written = await writtenOut(client, definition, nested);
    if (index === undefined || isSame(definition, index, written)) continue;
    different.push(`\n  there is: ${index.definition}\n  wanted:   ${definition.statement}`);
  }
  if (different.length === 0) return;
  throw new ExpectedError(
    `Database "${client.database ?? ""}" has indexes with the names in phase2/phase-2-indexes.sql, but with other definitions:${different.join("")}`,
    "Give the wanted index another name in the file, or rename or drop the one that is there. Nothing was built or measured.",
  );
}

/** Whether an index is the wanted one, of which `written` is the definition where it is known. */
function isSame({ table }: IndexDefinition, index: IndexState, written: string | undefined): boolean {
  if (index.table !== table) return false;
  return written === undefined || kindAndColumns(written) === kindAndColumns(index.definition);
}

/** Has PostgreSQL write the definition itself: the index is made on an empty copy of its table, and rolled back. */
async function writtenOut(
  client: Client,
  { table, statement, line }: IndexDefinition,
  nested: boolean,
): Promise<string | undefined> {
  const source = inPublic(table);
  const { rows: tables } = await client.query<{ there: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AS there",
    [source],
  );
  if (!tables[0]!.there) {
    throw new ExpectedError(
      `Database "${client.database ?? ""}" has no table ${table}, which ${INDEX_FILE} names in line ${line}.`,
      "Check that the URL names the right database and that its migrations are applied.",
    );
  }
  const rest = /\sON\s+(?:public\.)?(?:"(?:[^"]|"")+"|\w+)\s*(.*)$/is.exec(statement)![1]!;
  return withRollback(client, { readOnly: false, nested }, async () => {
    await client.query(`CREATE TABLE public."phase 2 copy" (LIKE ${source})`);
    await client.query(`CREATE INDEX "phase 2 index" ON public."phase 2 copy" ${rest}`);
    const { rows } = await client.query<{ definition: string }>(
      `SELECT pg_get_indexdef('public."phase 2 index"'::regclass) AS definition`,
    );
    return rows[0]!.definition;
  }).catch((error: unknown) => {
    if (!(error instanceof DatabaseError)) throw error;
    // A role that may not create tables may not build the index either: that is said when it is built.
    if (error.code === "42501") return undefined;
    if (!/^(?:42|22|0A)/.test(error.code ?? "")) throw error;
    throw new ExpectedError(
      `PostgreSQL does not take the index in ${INDEX_FILE}, line ${line}: ${error.message}.`,
      "Correct the statement. Nothing was built or measured.",
    );
  });
}

/** The part of a definition that has no name in it: `CREATE INDEX … USING btree ("updatedAt" DESC)`. */
function kindAndColumns(definition: string): string {
  return definition.replace(/ INDEX .*? USING /s, " INDEX USING ");
}
