import { readDefinitions, readIndexes } from "../../phase2/indexes/definitions";
import { withClient } from "../../postgres/connection";
import { chatDatasetSql } from "./chat-dataset";
import { execute } from "./database-copies";
import { startTestServer, type TestDatabase, type TestServer } from "./server";
import type { Undo } from "./undoing";

/** The names of the indexes of phase 2. */
export const names = readDefinitions().map(({ name }) => name);
/** All indexes of phase 2 are there, and valid. */
export const all = Object.fromEntries(names.map((name) => [name, true]));

/** Creates a database with the same rows for each test, which may change it. It is dropped by `undo`. */
export async function filled(undo: Undo, server?: TestServer): Promise<TestDatabase> {
  const database = await (server ?? (await startTestServer())).createDatabase();
  undo(() => database.drop());
  await execute(database.ownerUrl, chatDatasetSql());
  return database;
}

/** The indexes of phase 2 that are there, each with whether it is valid. */
export function presentIn(url: string): Promise<Record<string, boolean>> {
  return withClient(url, async (client) =>
    Object.fromEntries(
      (await readIndexes(client))
        .filter(({ name }) => names.includes(name))
        .map(({ name, valid }) => [name, valid]),
    ),
  );
}

/** Leaves an index as a build does that failed. */
export function invalidateIn({ adminUrl }: TestDatabase, name: string): Promise<void> {
  return execute(
    adminUrl,
    `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public."${name}"'::regclass`,
  );
}
