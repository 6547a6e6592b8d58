import { DatabaseError, type Client } from "pg";
import { ExpectedError } from "../../runtime/errors";
import type { IndexState } from "../capture";
import { withRollback } from "../measure/session";
import { type IndexDefinition, readIndexes } from "./definitions";

/**
 * Makes sure that an index of a wanted name is the wanted index, and not another one of the same name.
 *
 * @param nested whether the client is in a transaction already
 * @throws ExpectedError with both definitions of each that differs
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
    if (index === undefined || (await isSame(client, definition, index, nested))) continue;
    different.push(`\n  there is: ${index.definition}\n  wanted:   ${definition.statement}`);
  }
  if (different.length === 0) return;
  throw new ExpectedError(
    `Database "${client.database ?? ""}" has other indexes of the names in phase2/phase-2-indexes.sql:${different.join("")}`,
    "Give the wanted index another name in the file, or rename or drop the one that is there. Nothing was built or measured.",
  );
}

/** Has PostgreSQL write the definition itself: the index is made on an empty copy of its table, and rolled back. */
async function isSame(
  client: Client,
  { table, statement }: IndexDefinition,
  index: IndexState,
  nested: boolean,
): Promise<boolean> {
  if (index.table !== table) return false;
  const rest = /\sON\s+(?:public\.)?(?:"(?:[^"]|"")+"|\w+)\s*(.*)$/is.exec(statement)![1]!;
  const written = await withRollback(client, { readOnly: false, nested }, async () => {
    const source = `public."${table.replaceAll('"', '""')}"`;
    await client.query(`CREATE TABLE public."phase 2 copy" (LIKE ${source})`);
    await client.query(`CREATE INDEX "phase 2 index" ON public."phase 2 copy" ${rest}`);
    const { rows } = await client.query<{ definition: string }>(
      `SELECT pg_get_indexdef('public."phase 2 index"'::regclass) AS definition`,
    );
    return rows[0]!.definition;
  }).catch((error: unknown) => {
    // A role that may not create tables may not build the index either: that is said when it is built.
    if (error instanceof DatabaseError && error.code === "42501") return undefined;
    throw error;
  });
  return written === undefined || kindAndColumns(written) === kindAndColumns(index.definition);
}

/** The part of a definition that has no name in it: `CREATE INDEX … USING btree ("updatedAt" DESC)`. */
function kindAndColumns(definition: string): string {
  return definition.replace(/ INDEX .*? USING /s, " INDEX USING ");
}
