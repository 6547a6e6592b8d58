import { forecast, type Forecast } from "../generator/forecast/forecast";
import type { DatasetSpec } from "../generator/spec";
import { tableNames, type TableName } from "../generator/tables";
import { messageProfile } from "./passes/message-profile";
import { round } from "../common/format";
import type { DatasetSize, SizeComparison } from "./report";
import type { Snapshot } from "./snapshot";

/** The rows and bytes of a table and its indexes, as they are in the database. */
export interface ActualSize {
  rows: number;
  /** The bytes of the table without its indexes, as `pg_table_size` has it. */
  heapBytes: number;
  /** The bytes of each key and index, by name. */
  indexes: Record<string, number>;
}

/** The size of a table or an index. One that is partitioned has no bytes of its own. */
const sizeOf = (size: string, oid: string): string =>
  `coalesce((SELECT sum(${size}(relid)) FROM pg_partition_tree(${oid})), ${size}(${oid}))`;

const bytesSql = `
SELECT relation.name AS "table", ${sizeOf("pg_table_size", "relation.oid")}::bigint AS bytes,
  coalesce(json_object_agg(index.relname, ${sizeOf("pg_relation_size", "index.oid")}) FILTER (WHERE index.oid IS NOT NULL), '{}') AS indexes
FROM (VALUES ${tableNames.map((table) => `('${table}', '${table}'::regclass)`).join(", ")}) AS relation (name, oid)
  LEFT JOIN pg_index ON indrelid = relation.oid LEFT JOIN pg_class AS index ON index.oid = indexrelid
GROUP BY 1, relation.oid`;

const countsSql = `
SELECT ${tableNames
  .filter((table) => table !== "messages")
  .map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`)
  .join(", ")}`;

/** Counts all rows and reads the size of each table and index. */
async function actualSizes(snapshot: Snapshot): Promise<Record<TableName, ActualSize>> {
  // The checks have counted the messages already, and a snapshot answers a statement only once.
  const { messages } = await messageProfile(snapshot);
  const others = await snapshot.row<Record<Exclude<TableName, "messages">, number>>(countsSql);
  const rows = { ...others, messages };
  const sizes = await snapshot.rows<{ table: TableName; bytes: number; indexes: Record<string, number> }>(
    bytesSql,
  );
  return Object.fromEntries(
    sizes.map(({ table, bytes, indexes }) => [table, { rows: rows[table], heapBytes: bytes, indexes }]),
  ) as Record<TableName, ActualSize>;
}

/** Compares the forecast of a dataset with its size in the database. */
export async function datasetSize(snapshot: Snapshot, spec: DatasetSpec): Promise<DatasetSize> {
  return compareSizes(forecast(spec), await actualSizes(snapshot));
}

function compareSizes(expected: Forecast, actual: Record<TableName, ActualSize>): DatasetSize {
  const tables = tableNames.map((table) => {
    const { rows, heapBytes, indexes } = expected.tables[table];
    const found = actual[table];
    return {
      table,
      forecast_rows: rows,
      actual_rows: found.rows,
      ...compared(heapBytes, found.heapBytes),
      indexes: Object.entries(indexes)
        .filter(([name]) => name in found.indexes)
        .map(([index, { bytes }]) => ({ index, ...compared(bytes, found.indexes[index]!) })),
    };
  });
  const everything = tables.flatMap((table): SizeComparison[] => [table, ...table.indexes]);
  const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
  return {
    tables,
    total: {
      forecast_rows: expected.rows,
      actual_rows: sum(tables.map(({ actual_rows }) => actual_rows)),
      ...compared(
        sum(everything.map(({ forecast_bytes }) => forecast_bytes)),
        sum(everything.map(({ actual_bytes }) => actual_bytes)),
      ),
    },
  };
}

function compared(forecastBytes: number, actualBytes: number): SizeComparison {
  return {
    forecast_bytes: forecastBytes,
    actual_bytes: actualBytes,
    ratio: actualBytes === 0 ? 0 : round(forecastBytes / actualBytes, 3),
  };
}
