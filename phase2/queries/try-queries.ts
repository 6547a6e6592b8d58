import type { Client } from "pg";
import { DatabaseError } from "pg";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import { withRollback } from "../measure/session";
import type { Cell } from "../parameters/parameters";
import { placeOf } from "./query-files";

/**
 * Executes every query with its first parameters in each stratum, under the rules by which it will be measured: in a
 * transaction that is rolled back, read-only but for the insert. So what fails in the end fails before any index is
 * built and any block measured.
 *
 * @throws ExpectedError with file, line and query of the first that fails, or that returns other numbers of rows each
 *   time, by which captures cannot be compared
 */
export async function tryQueries(client: Client, cells: readonly Cell[], log: Log): Promise<void> {
  const unsteady = new Set<string>();
  const writing = cells.filter(({ query }) => query.parameters === "message");
  for (const cell of cells.filter((each) => !writing.includes(each))) {
    const once = await execute(client, cell);
    const again = await execute(client, cell);
    if (once.length !== again.length) throw nondeterministic(cell, once.length, again.length);
    if (JSON.stringify(once) !== JSON.stringify(again))
      unsteady.add(`${cell.query.name} (${cell.query.file})`);
  }
  // Last, because it leaves a dead row behind, which is removed after the measurement that follows.
  for (const cell of writing) {
    await execute(client, cell).catch(async (error: unknown) => {
      await client.query("VACUUM messages").catch(() => undefined);
      throw error;
    });
  }
  for (const query of unsteady) {
    log(
      `${query} is not deterministic: with the same parameters it returned other rows. Order by a unique key, and leave out random values.`,
    );
  }
}

function execute(client: Client, { query, parameters }: Cell): Promise<unknown[]> {
  const writes = query.parameters === "message";
  const given = parameters[0]!;
  const values = writes ? [TRIED_MESSAGE, ...given] : given;
  return withRollback(client, { readOnly: !writes, nested: false }, async () => {
    const { rows } = await client.query<Record<string, unknown>>(query.sql, values);
    return rows;
  }).catch((error: unknown) => {
    throw error instanceof DatabaseError && !interruption.test(error.code ?? "")
      ? failed(query, error)
      : error;
  });
}

/** Classes of errors that no query is to blame for: connections, lost races, resources, somebody's intervention. */
const interruption = /^(?:08|40|53|55|57|58|XX)/;

/** The id of a message that is not there. */
const TRIED_MESSAGE = "czzzzzzzz0000000000000tried";

function failed(query: Cell["query"], error: DatabaseError): ExpectedError {
  return new ExpectedError(
    `The capture was stopped: ${error.message}, by the hot query ${query.name} in ${placeOf(query, error)}.`,
    error.code === READ_ONLY
      ? 'Only the insert, with the parameters "message", may write. Nothing was built or measured.'
      : "Correct the file. Nothing was built or measured.",
  );
}

/** The code by which PostgreSQL refuses to write in a read-only transaction. */
const READ_ONLY = "25006";

function nondeterministic({ query, stratum }: Cell, once: number, again: number): ExpectedError {
  return new ExpectedError(
    `The hot query ${query.name} in ${query.file} is not deterministic: with the same parameters (${stratum}) it returned ${once} rows, then ${again}.`,
    "Captures of it cannot be compared. Leave out random values and the present time. Nothing was built or measured.",
  );
}
