import { closest } from "../../common/spelling";
import { quoteIdentifier } from "../../postgres/connection";
import { tableNames, tables, type TableName } from "../tables";
import type { Catalogue, ColumnInfo, TableInfo } from "./catalogue";
import { columnMismatches } from "./column-mismatches";
import { keyMismatches } from "./key-mismatches";
import type { Mismatch } from "./mismatch";
import { partitionMismatches, type Window } from "./partition-mismatches";
import { writtenColumn, type WrittenColumn } from "./written-columns";

/** What a relation of another kind is called. */
const KINDS: Record<string, string> = {
  v: "is a view",
  m: "is a materialized view",
  f: "is a foreign table",
};

/** All differences between the tables as they are and what the load writes. It is empty when the load can begin. */
export function mismatches(catalogue: Catalogue, window: Window): Mismatch[] {
  return tableNames.flatMap((name) => {
    const table = catalogue[name];
    if (table === undefined) {
      return [{ where: name, problem: "does not exist", remedy: "Apply the migrations that create it" }];
    }
    if (table.kind !== "r" && table.kind !== "p") {
      return [
        { where: name, problem: KINDS[table.kind] ?? "is not a table", remedy: `Make ${name} a table` },
      ];
    }
    return [
      ...tableMismatches(name, table),
      ...partitionMismatches(name, table, window),
      ...missingColumns(name, table),
      ...table.columns.flatMap((column) => presentColumn(name, column, catalogue)),
      ...keyMismatches(name, table, catalogue),
    ];
  });
}

/** What stands in the way of every row. */
function tableMismatches(name: TableName, table: TableInfo): Mismatch[] {
  const found: Mismatch[] = [];
  const alter = `\`ALTER TABLE ${name}`;
  if (table.rowSecurity) {
    found.push({
      where: name,
      problem: "has row-level security that applies to this role, and COPY does not work under it",
      remedy: `Load as its owner, and run ${alter} NO FORCE ROW LEVEL SECURITY\` before the load`,
    });
  }
  if (table.isPartition) {
    found.push({
      where: name,
      problem: "is a partition of another table",
      remedy: `Detach it, or give its name to the partitioned table`,
    });
  }
  if (table.hasChildren) {
    found.push({
      where: name,
      problem: "has tables that inherit from it, whose rows count as its own",
      remedy: "Drop the inheritance: `ALTER TABLE … NO INHERIT`",
    });
  }
  for (const trigger of table.triggers) {
    found.push({
      where: `${name}, trigger ${quoteIdentifier(trigger)}`,
      problem: "would run for each row that the load writes, and may change it",
      remedy: `Run ${alter} DISABLE TRIGGER ${quoteIdentifier(trigger)}\`, and enable it after the load`,
    });
  }
  for (const rule of table.rules) {
    found.push({
      where: `${name}, rule ${quoteIdentifier(rule)}`,
      problem: "changes what an INSERT does, and COPY does not apply it",
      remedy: `Run ${alter} DISABLE RULE ${quoteIdentifier(rule)}\`, and enable it after the load`,
    });
  }
  return found;
}

function missingColumns(name: TableName, table: TableInfo): Mismatch[] {
  const present = table.columns.map((column) => column.name);
  const additional = present.filter((column) => writtenColumn(name, column) === undefined);
  return tables[name]
    .filter((column) => !present.includes(column))
    .map((column) => {
      const similar =
        additional.find((other) => plain(other) === plain(column)) ?? closest(column, additional);
      return {
        where: `${name}.${column}`,
        problem:
          similar === undefined ? "does not exist" : `does not exist; ${name}.${similar} may be its new name`,
        remedy:
          similar === undefined
            ? `Add the column ${quoteIdentifier(column)} to ${name}`
            : `Rename it back, or add the column ${quoteIdentifier(column)}`,
      };
    });
}

/** A name without the differences between `senderId` and `sender_id`. */
function plain(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function presentColumn(name: TableName, column: ColumnInfo, catalogue: Catalogue): Mismatch[] {
  const written = writtenColumn(name, column.name);
  if (written === undefined) return [];
  const found = columnMismatches(name, column, written);
  return found.length > 0 || written.nulls === "all" ? found : otherId(name, column, written, catalogue);
}

/** The mismatch of a column whose ids are of another type than those that it refers to. */
function otherId(
  name: TableName,
  column: ColumnInfo,
  { idsOf }: WrittenColumn,
  catalogue: Catalogue,
): Mismatch[] {
  const target = idsOf && catalogue[idsOf]?.columns.find((each) => each.name === "id");
  if (!target || idType(target) === idType(column)) return [];
  return [
    {
      where: `${name}.${column.name}`,
      problem: `has the type ${column.described}, but ${idsOf}.id has the type ${target.described}`,
      remedy: "Give both the same type",
    },
  ];
}

/** The kind of an id's type. All types of text are one. */
function idType({ type }: ColumnInfo): string {
  return type === "uuid" || type === "int8" ? type : "text";
}
