import type { ColumnInfo, TableInfo } from "../schema/catalogue";
import type { Mismatch } from "../schema/mismatch";
import { uniqueKeys, writtenColumn, writtenColumns } from "../schema/written-columns";
import { tables, type TableName } from "../tables";
import { givenFiller } from "./given-filler";
import type { ChosenFiller } from "./filler";

/** An additional column that the load fills. */
export interface FilledColumn {
  column: ColumnInfo;
  filler: ChosenFiller;
}

export interface Chosen {
  filled: FilledColumn[];
  mismatches: Mismatch[];
}

/** The texts that mean an empty or neutral value, by type. */
const NEUTRAL: Record<string, string> = {
  bool: "false",
  int2: "0",
  int4: "0",
  int8: "0",
  numeric: "0",
  float4: "0",
  float8: "0",
  money: "0",
  json: "{}",
  jsonb: "{}",
  bytea: "",
  time: "00:00",
  timetz: "00:00+00",
  interval: "0",
  inet: "127.0.0.1",
  cidr: "127.0.0.0/8",
  tsvector: "",
  hstore: "",
};

/**
 * Decides how each additional column of a table is filled. Columns that may be NULL or have a default are left alone,
 * unless their values are given, or a unique key would otherwise repeat a constant default.
 *
 * @param given the values that the user gives, by column
 */
export function chooseFillers(name: TableName, table: TableInfo, given: Record<string, string>): Chosen {
  const chosen: Chosen = { filled: [], mismatches: [] };
  const unique = columnsToBeUnique(name, table);
  for (const column of table.columns) {
    if (writtenColumn(name, column.name) !== undefined) continue;
    const expression = given[column.name];
    const needed = column.notNull && !column.hasDefault && !column.identity;
    const repeats =
      unique.has(column.name) && column.hasDefault && !column.computedDefault && !column.identity;
    if (column.generated || (expression === undefined && !needed && !repeats)) continue;
    const filler =
      expression === undefined
        ? (reference(name, table, column) ?? byType(name, column, unique.has(column.name)))
        : givenFiller(expression, column);
    if (typeof filler === "object") chosen.filled.push({ column, filler });
    else {
      chosen.mismatches.push({
        where: `${name}.${column.name}`,
        problem: `is an additional column of type ${column.described} that ${filler}`,
        remedy: `Give it a default, drop its NOT NULL, or give its value: ${name}.${column.name} = … (chat-perf:columns, --columns)`,
      });
    }
  }
  return chosen;
}

/** The additional columns that must differ from row to row, because the other columns of a unique key do not. */
function columnsToBeUnique(name: TableName, { columns, uniques }: TableInfo): Set<string> {
  const found = new Set<string>();
  for (const unique of uniques) {
    const names = unique.columns.filter((column) => column !== null);
    if (uniqueKeys[name].some((key) => key.every((column) => names.includes(column)))) continue;
    const additional = names.filter((column) => writtenColumn(name, column) === undefined);
    // A column without a filler is NULL or computed, and then the key does not repeat.
    const left = additional.some((column) => {
      const info = columns.find((each) => each.name === column)!;
      return (!info.notNull && !info.hasDefault) || info.identity || info.computedDefault || info.generated;
    });
    if (!left && additional[0] !== undefined) found.add(additional[0]);
  }
  return found;
}

/** The filler of a column that refers to another table, if it has one; or why it has none. */
function reference(
  name: TableName,
  { foreignKeys }: TableInfo,
  column: ColumnInfo,
): ChosenFiller | string | undefined {
  const key = foreignKeys.find(({ columns }) => columns.includes(column.name));
  if (key === undefined) return undefined;
  const written: Record<string, { idsOf?: string; nulls: string }> = writtenColumns[name];
  const source = tables[name].findIndex(
    (each) => written[each]!.idsOf === key.target && written[each]!.nulls === "none",
  );
  const single = key.columns.length === 1 && key.targetColumns[0] === "id";
  if (single && source >= 0) return { kind: "copy", column: source };
  return `refers to ${key.target}, of which the load knows no row`;
}

/** The filler of a column by its type, or why there is none. */
function byType(name: TableName, column: ColumnInfo, unique: boolean): ChosenFiller | string {
  const { type, length, labels, array } = column;
  if (["text", "varchar", "bpchar", "citext"].includes(type)) return text(length, unique);
  if (type === "uuid") return { kind: "uuid" };
  const written: readonly string[] = tables[name];
  const createdAt = written.indexOf("createdAt");
  if (!unique) {
    if (type === "timestamp" || type === "timestamptz") return { kind: "copy", column: createdAt };
    if (labels?.[0] !== undefined) return { kind: "literal", text: labels[0] };
    if (type === "date") return { kind: "literal", text: "2025-01-01" };
    if (array) return { kind: "literal", text: "{}" };
    if (NEUTRAL[type] !== undefined) return { kind: "literal", text: NEUTRAL[type] };
    return "is NOT NULL without a default, and the load knows no value of this type";
  }
  if (type === "int8") return { kind: "integer", bytes: 8, below: null };
  // The attachments of a message share a number, and 32 bits have no room for more.
  if (type === "int4" && name !== "attachments") return { kind: "integer", bytes: 4, below: null };
  if (type === "numeric" && (column.digits === null || column.digits >= 11)) return { kind: "numeric" };
  if (type === "jsonb") return { kind: "json" };
  return "is UNIQUE and NOT NULL, and the load knows no different values of this type";
}

/** The characters of a UUID, of an id, and of a row's number in base 36. */
const [UUID, ID, NUMBER] = [36, 25, 7];

function text(length: number | null, unique: boolean): ChosenFiller | string {
  if (length === null || length >= UUID) return { kind: "uuid text" };
  if (length >= ID) return { kind: "text", parts: [{ value: "id", below: null }], longest: null };
  if (length < NUMBER && unique) return `is UNIQUE, and too short for different values`;
  return { kind: "text", parts: [{ value: "number", below: null }], longest: length };
}
