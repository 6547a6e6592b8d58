import { tableNames, type TableName } from "../tables";
import type { Catalogue, ForeignKeyInfo, TableInfo, UniqueInfo } from "./catalogue";
import type { Mismatch } from "./mismatch";
import { uniqueKeys, writtenColumn } from "./written-columns";

/** The unique indexes and foreign keys that the rows of the dataset would violate. */
export function keyMismatches(name: TableName, table: TableInfo, catalogue: Catalogue): Mismatch[] {
  return [
    ...table.uniques.filter((unique) => !isUnique(name, unique)).map((unique) => repeated(name, unique)),
    ...table.foreignKeys.flatMap((key) => foreignKey(name, key, catalogue)),
  ];
}

/**
 * Whether rows of the dataset cannot have equal keys. An index of a part of the rows, of expressions or of additional
 * columns cannot be judged here, so it is taken to be right.
 */
function isUnique(name: TableName, { columns, partial }: UniqueInfo): boolean {
  if (partial) return true;
  const written = columns.map((column) => (column === null ? undefined : writtenColumn(name, column)));
  if (written.some((column) => column === undefined || column.nulls === "all")) return true;
  return uniqueKeys[name].some((key) => key.every((column) => columns.includes(column)));
}

function repeated(name: TableName, { name: index, columns }: UniqueInfo): Mismatch {
  return {
    where: `${name}, unique index ${index}`,
    problem: `cannot be built, because rows of the dataset have equal values of ${columns.join(", ")}`,
    remedy: "Drop it before the load, or add the id to its columns",
  };
}

function foreignKey(name: TableName, key: ForeignKeyInfo, catalogue: Catalogue): Mismatch[] {
  const columns = key.columns.map((column) => writtenColumn(name, column));
  // A row with a NULL in the key refers to nothing. Additional columns have their own rules.
  if (columns.some((column) => column === undefined || column.nulls === "all")) return [];
  // A table that is missing is a mismatch of its own.
  if (columns.some((column) => column!.idsOf !== undefined && catalogue[column!.idsOf] === undefined))
    return [];
  const target = tableNames.find((table) => table === unquoted(key.target) && table in catalogue);
  const right =
    target !== undefined &&
    key.targetColumns.every((to, i) =>
      to === "id" ? columns[i]!.idsOf === target : to === key.columns[i] && columns.length > 1,
    );
  if (right) return [];
  return [
    {
      where: `${name}, foreign key ${key.name}`,
      problem: `refers to ${key.target} (${key.targetColumns.join(", ")}), where the load writes no such rows`,
      remedy: `Drop it before the load, or let ${key.columns.join(", ")} refer to ${columns[0]!.idsOf ?? "nothing"}`,
    },
  ];
}

function unquoted(name: string): string {
  return name.replaceAll('"', "");
}
