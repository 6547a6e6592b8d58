import { type Client, DatabaseError, type QueryResult } from "pg";
import { ExpectedError } from "../../runtime/errors";

/** Why the server ended a session between two statements; the next statement finds only that it is lost. */
const lastWords = new WeakMap<Client, Error>();

/** Listens for them; to be called once for each connection. */
export function keepLastWords(client: Client): void {
  client.once("error", (error: Error) => lastWords.set(client, error));
}

/** The server's answer, or an error that says what stands in the way of the validation. */
export async function ask<Row extends object>(client: Client, sql: string): Promise<QueryResult<Row>> {
  try {
    return await client.query<Row>(sql);
  } catch (error) {
    throw explain(lastWords.get(client) ?? error);
  }
}

/** The same by one process, whatever the planner would like. */
export async function askOneProcess<Row extends object>(
  client: Client,
  sql: string,
): Promise<QueryResult<Row>> {
  await ask(client, "SET LOCAL max_parallel_workers_per_gather = 0");
  const result = await ask<Row>(client, sql);
  await ask(client, "SET LOCAL max_parallel_workers_per_gather TO DEFAULT");
  return result;
}

function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch (error instanceof DatabaseError ? error.code : undefined) {
    case "42P01": // undefined_table
    case "42703": // undefined_column
    case "42883": // undefined_function: there is none for a column of this type
    case "42804": // datatype_mismatch
      return new ExpectedError(
        `This is not a database with the chat schema: ${error.message}.`,
        "Check that the URL names the right database and that its migrations are applied; `pulumi up` applies them.",
      );
    case "42501": // insufficient_privilege
      return new ExpectedError(
        `The role may not read the dataset: ${error.message}.`,
        "The validation needs USAGE on the schema and SELECT on all rows of its tables: GRANT SELECT ON ALL TABLES IN SCHEMA public TO <role>, and BYPASSRLS where policies hide rows.",
      );
    case "57014": // query_canceled
    case "25P04": // transaction_timeout
      return new ExpectedError(
        `The validation was stopped by the server: ${error.message}.`,
        "Raise or remove the role's time limits, e.g. `statement_timeout` by `?options=-c%20statement_timeout%3D0` in the URL.",
      );
    case "53100": // disk_full
    case "53200": // out_of_memory
    case "53400": // configuration_limit_exceeded, such as temp_file_limit
      return new ExpectedError(
        `The server has not enough room for the validation: ${error.message}.`,
        "Nothing was changed. Free disk space or memory, or raise the limit, then validate again.",
      );
    case "57P01": // admin_shutdown
    case "57P02": // crash_shutdown
    case "57P03": // cannot_connect_now
      return lost(error);
    default:
      return error instanceof DatabaseError ? error : lost(error);
  }
}

function lost(error: Error): ExpectedError {
  return new ExpectedError(
    `The connection was lost during the validation: ${error.message}.`,
    "Nothing was changed. Check that the server runs, then validate again.",
  );
}
