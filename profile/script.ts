import { statementOf } from "./pass";
import { passes } from "./passes";

/**
 * The settings of the transaction. One moment is read, and nothing can be written. Hours are those of UTC, also for columns
 * with a time zone. Rows that a policy hides are an error, because a profile of some rows is wrong.
 */
export const beginStatements: readonly string[] = [
  "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
  "SET LOCAL timezone = 'UTC'",
  "SET LOCAL row_security = off",
  "SET LOCAL jit = off",
  "SET LOCAL work_mem = '128MB'",
  "SET LOCAL statement_timeout = 0",
];

/** A script for psql that reads a profile. Whoever has access to the database can read it first, and run it. */
export function profileScript(): string {
  const header = `-- Reads what a chat database is like, in aggregates only. It writes nothing, and needs SELECT on six tables.
-- Every figure is rounded, and has at least 15 users and 15 rooms behind it. No id, no text and no name is in the output.
--
--   psql --no-psqlrc -AtqX -v ON_ERROR_STOP=1 -f profile.sql "$DATABASE_URL" > profile.txt
--   npm run profile -- --from profile.txt --output profile.json
`;
  const statements = passes.map((pass) => `-- ${pass.title}\n${statementOf(pass)}`);
  return `${header}\n${[...beginStatements, ...statements, "COMMIT"].map((sql) => `${sql};\n`).join("\n")}`;
}
