import type { Client, QueryResult } from "pg";
import { DatabaseError } from "pg";
import { interruptionCause } from "../../postgres/interruption";
import { ExpectedError } from "../../common/errors";

/** Why the server ended a session between two statements. The next statement reports only that the connection is lost. */
const connectionErrors = new WeakMap<Client, Error>();

/** Remembers the error that ends a connection. Must be called once for each connection. */
export function rememberConnectionError(client: Client): void {
  client.once("error", (error: Error) => connectionErrors.set(client, error));
}

/**
 * Runs a statement.
 *
 * @throws ExpectedError when something outside of this program prevents the validation
 */
export async function query<Row extends object>(client: Client, sql: string): Promise<QueryResult<Row>> {
  try {
    return await client.query<Row>(sql);
  } catch (error) {
    throw toExpectedError(connectionErrors.get(client) ?? error);
  }
}

/** Runs a statement without parallel workers. */
export async function queryWithoutWorkers<Row extends object>(
  client: Client,
  sql: string,
): Promise<QueryResult<Row>> {
  await query(client, "SET LOCAL max_parallel_workers_per_gather = 0");
  const result = await query<Row>(client, sql);
  await query(client, "SET LOCAL max_parallel_workers_per_gather TO DEFAULT");
  return result;
}

function toExpectedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch (interruptionCause(error)) {
    case "no table":
    case "other schema":
      return new ExpectedError(
        `This is not a database with the chat schema: ${error.message}.`,
        "Check that the URL names the right database and that its migrations are applied. `pulumi up` applies them.",
      );
    case "no privilege":
      return new ExpectedError(
        `The role may not read the dataset: ${error.message}.`,
        "The validation needs USAGE on the schema and SELECT on all rows of its tables: GRANT SELECT ON ALL TABLES IN SCHEMA public TO <role>, and BYPASSRLS where policies hide rows.",
      );
    case "cancelled":
    case "deadlock":
      return new ExpectedError(
        `The validation was stopped by the server: ${error.message}.`,
        "Raise or remove the role's time limits, e.g. `statement_timeout` by `?options=-c%20statement_timeout%3D0` in the URL.",
      );
    case "disk full":
    case "out of resources":
      return new ExpectedError(
        `The server has too little disk space or memory for the validation: ${error.message}.`,
        "Nothing was changed. Free disk space or memory, or raise the limit, then validate again.",
      );
    default:
      return error instanceof DatabaseError && interruptionCause(error) !== "connection lost"
        ? error
        : connectionLost(error);
  }
}

function connectionLost(error: Error): ExpectedError {
  return new ExpectedError(
    `The connection was lost during the validation: ${error.message}.`,
    "Nothing was changed. Check that the server runs, then validate again.",
  );
}
