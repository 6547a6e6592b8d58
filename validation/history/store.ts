import { type Client, DatabaseError } from "pg";
import { ensureBookkeeping } from "../../postgres/bookkeeping";
import { withClient, withTransaction } from "../../postgres/connection";
import { ExpectedError } from "../../common/errors";
import { isReport, type QualityReport } from "../report";

const CREATE = `
  CREATE TABLE chat_perf.report (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kept_at timestamptz NOT NULL DEFAULT now(),
    report jsonb NOT NULL
  )`;

/** A report and its number in the history of its database, from 1 on. */
export interface KeptReport {
  number: number;
  report: QualityReport;
}

/**
 * Keeps a report in the schema `chat_perf` of the validated database. It stays there when the dataset is replaced.
 *
 * @param ownerUrl a role that owns this schema or may create it
 * @returns the number of the report
 * @throws ExpectedError when the role has no such privilege
 */
export function keepReport(ownerUrl: string, report: QualityReport): Promise<number> {
  return withHistory(ownerUrl, (client) =>
    withTransaction(client, async () => {
      // Without this lock, two runs at the same time could both create the history.
      await client.query("SELECT pg_advisory_xact_lock(hashtext('chat_perf.report'))");
      await ensureBookkeeping(client);
      if (!(await hasHistory(client))) await client.query(CREATE);
      const { rows } = await client.query<{ number: number }>(
        "INSERT INTO chat_perf.report (report) VALUES ($1) RETURNING number",
        [report],
      );
      return rows[0]!.number;
    }),
  );
}

/**
 * Reads the latest reports that were kept, in order of time.
 *
 * @param ownerUrl the role that kept them
 * @param most the most reports to read
 * @default most 100
 */
export async function readHistory(ownerUrl: string, most = 100): Promise<KeptReport[]> {
  return (await readKept(ownerUrl, most)).reports;
}

/** Reads the same, and the numbers of kept reports whose format is that of another version. */
export function readKept(ownerUrl: string, most = 100): Promise<{ reports: KeptReport[]; others: number[] }> {
  return withHistory(ownerUrl, async (client) => {
    if (!(await hasHistory(client))) return { reports: [], others: [] };
    const { rows } = await client.query<{ number: number; report: unknown }>(
      "SELECT number, report FROM chat_perf.report ORDER BY number DESC LIMIT $1",
      [most],
    );
    const kept = rows.reverse();
    return {
      reports: kept.filter((each): each is KeptReport => isReport(each.report)),
      others: kept.filter(({ report }) => !isReport(report)).map(({ number }) => number),
    };
  });
}

/**
 * Whether rows were loaded after a report was kept: it is about other rows then, even if they have the same fingerprint.
 * Both instants are the database's.
 *
 * @param ownerUrl the role that kept the report
 */
export function isOutdated(ownerUrl: string, report: QualityReport): Promise<boolean> {
  return withHistory(ownerUrl, async (client) => {
    const { rows: ledger } = await client.query("SELECT WHERE to_regclass('chat_perf.load') IS NOT NULL");
    if (ledger.length === 0) return false;
    const { rows: loads } = await client.query("SELECT FROM chat_perf.load WHERE finished_at IS NOT NULL");
    if (loads.length === 0) return false;
    if (!(await hasHistory(client))) return true;
    const { rows: later } = await client.query(
      `SELECT FROM chat_perf.report
        WHERE report ->> 'validation_timestamp' = $1 AND kept_at >= (SELECT finished_at FROM chat_perf.load)`,
      [report.validation_timestamp],
    );
    return later.length === 0;
  });
}

async function hasHistory(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT WHERE to_regclass('chat_perf.report') IS NOT NULL");
  return rows.length > 0;
}

async function withHistory<T>(ownerUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(ownerUrl, work).catch((error: unknown) => {
    if (!(error instanceof DatabaseError && error.code === "42501")) throw error;
    throw new ExpectedError(
      `The role may not read or write the history of reports: ${error.message}.`,
      "Use the role that owns the chat tables. The stack output MIGRATION_DATABASE_URL is the URL of that role.",
    );
  });
}
