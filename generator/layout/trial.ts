import { DatabaseError, type Client } from "pg";
import { quoteIdentifier } from "../../postgres/connection";
import { conversionsOf } from "./conversions-of";
import type { Conversion } from "./conversion";
import { FilledRows } from "./filled-rows";
import { Copier } from "../load/copy";
import { shardBounds } from "../plan/message-shard";
import { DatasetRows, wholeTables } from "../rows/dataset-rows";
import type { DatasetSpec } from "../spec";
import { tableNames, tables, type TableName } from "../tables";
import type { Catalogue, TableInfo } from "../schema/catalogue";
import { columnMismatches } from "../schema/column-mismatches";
import type { Mismatch } from "../schema/mismatch";
import { writtenColumn, type WrittenColumn } from "../schema/written-columns";

/** The dataset of the trial. Its seed and its window are those of the dataset to load. */
const TRIAL = { messages: 3_000, users: 200, conversations: 100, alpha: 1.8 };
const TABLE = "chat_perf_trial";
/** The type of a trial's column whose real column is missing or has another type. */
const SQL_TYPES: Record<WrittenColumn["type"], string> = {
  id: "text",
  text: "text",
  enum: "text",
  boolean: "boolean",
  integer: "integer",
  timestamp: "timestamp",
  json: "jsonb",
};

/**
 * Writes rows of a small dataset into copies of the tables that have a check constraint or a domain, and evaluates each
 * check on them. It runs in a transaction that is never committed, so that it leaves nothing behind.
 *
 * @returns the checks and domains that refuse rows of the dataset
 */
export async function tryRows(client: Client, spec: DatasetSpec, catalogue: Catalogue): Promise<Mismatch[]> {
  const tried = tableNames.filter((name) => {
    const table = catalogue[name];
    return (
      table !== undefined &&
      "rp".includes(table.kind) &&
      (table.checks.length > 0 || table.columns.some(({ domain }) => domain))
    );
  });
  if (tried.length === 0) return [];
  const rows = new DatasetRows({ ...spec, ...TRIAL });
  const found: Mismatch[] = [];
  await client.query("BEGIN");
  try {
    for (const name of tried) found.push(...(await tryTable(client, name, catalogue[name]!, rows)));
  } finally {
    await client.query("ROLLBACK").catch(() => undefined);
  }
  return found;
}

async function tryTable(
  client: Client,
  name: TableName,
  table: TableInfo,
  rows: DatasetRows,
): Promise<Mismatch[]> {
  const fitting = fittingColumns(name, table);
  const columns = tables[name].map((column) => {
    const quoted = quoteIdentifier(column);
    return fitting.has(column)
      ? quoted
      : `NULL::${SQL_TYPES[writtenColumn(name, column)!.type]} AS ${quoted}`;
  });
  const conversions = conversionsOf(name, table).map((each, i) =>
    fitting.has(tables[name][i]!) ? each : null,
  );
  await client.query(`DROP TABLE IF EXISTS ${TABLE}`);
  await client.query(`CREATE TABLE ${TABLE} AS SELECT ${columns.join(", ")} FROM ${name} WITH NO DATA`);
  const refused = await refusal(client, () => copyTrial(client, name, conversions, rows));
  if (refused !== undefined) {
    return [
      { where: name, problem: `refuses rows of the dataset: ${refused}`, remedy: "Change that domain" },
    ];
  }
  const found: Mismatch[] = [];
  for (const check of table.checks.filter((each) => each.columns.every((column) => fitting.has(column)))) {
    let count = 0;
    const failed = await refusal(client, async () => {
      const { rows: counts } = await client.query<{ count: string }>(
        `SELECT count(*) FROM ${TABLE} WHERE NOT (${check.expression})`,
      );
      count = Number(counts[0]!.count);
    });
    if (count === 0 && failed === undefined) continue;
    found.push({
      where: `${name}, check constraint ${quoteIdentifier(check.name)}`,
      problem: `refuses rows of the dataset: ${failed ?? check.expression}`,
      remedy: `Drop it before the load: \`ALTER TABLE ${name} DROP CONSTRAINT ${quoteIdentifier(check.name)}\``,
    });
  }
  return found;
}

/** The written columns that exist and take what the load writes. */
function fittingColumns(name: TableName, table: TableInfo): Set<string> {
  const fitting = table.columns.filter((column) => {
    const written = writtenColumn(name, column.name);
    return written !== undefined && columnMismatches(name, column, written).length === 0;
  });
  return new Set(fitting.map((column) => column.name));
}

async function copyTrial(
  client: Client,
  name: TableName,
  conversions: (Conversion | null)[],
  rows: DatasetRows,
): Promise<void> {
  const small = wholeTables.find((whole) => whole === name);
  const [from, to] = shardBounds(rows.plan, 1);
  const source =
    small === undefined ? rows.shard(from!, to!).find(([table]) => table === name)![1] : rows.whole(small);
  const layout = { columns: [...tables[name]], conversions, fillers: [] };
  const converted = new FilledRows(source, layout, rows.plan.spec);
  await new Copier(client).copy(name, converted, { into: TABLE });
}

/** Runs a part of the trial. Returns the server's message when it refuses the rows. */
async function refusal(client: Client, work: () => Promise<unknown>): Promise<string | undefined> {
  await client.query("SAVEPOINT trial");
  try {
    await work();
    await client.query("RELEASE SAVEPOINT trial");
    return undefined;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT trial");
    return error.message;
  }
}
