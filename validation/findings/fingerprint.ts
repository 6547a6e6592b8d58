import { fingerprintOf, fingerprintQuery } from "../../generator/load/fingerprint";
import { tableNames, tables, type TableName } from "../../generator/tables";
import type { Snapshot } from "../snapshot";
import { unknown, type Question } from "./question";

/** Good when the fingerprints are equal. Otherwise a problem, because rows were changed since the load. Unknown for other datasets. */
export const fingerprint: Question = {
  key: "fingerprint",
  name: "Rows are as they were loaded",
  subject: "dataset",
  expected: "the fingerprint of each table is that of the load",
  needs: tableNames.flatMap((table) => tables[table].map((column) => `${table}.${column}`)),
  async answer({ snapshot, context }) {
    if (!context.fingerprint) return unknown("No fingerprint of this dataset is known.");
    const changed: string[] = [];
    for (const table of tableNames) {
      const now = context.fingerprintNow?.[table] ?? (await fingerprintNow(snapshot, table));
      if (now !== context.fingerprint[table]) changed.push(table);
    }
    return {
      outcome: changed.length === 0 ? "good" : "problem",
      value: changed.length,
      measured:
        changed.length === 0
          ? "all tables are as they were loaded"
          : `changed since the load: ${changed.join(", ")}`,
    };
  },
};

async function fingerprintNow(snapshot: Snapshot, table: TableName): Promise<string> {
  // The sum is read as text, because it has more digits than a number can hold.
  const sql = `SELECT sum::text FROM (${fingerprintQuery(table)}) AS fingerprint`;
  return fingerprintOf((await snapshot.row<{ sum: string }>(sql)).sum);
}
