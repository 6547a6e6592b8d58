import type { ColumnInfo, TableInfo } from "../../generator/schema/catalogue";

/** A column as the catalogue describes it: of the type text and without anything special, but for the changes. */
export function columnInfo(name: string, changes: Partial<ColumnInfo> = {}): ColumnInfo {
  const type = changes.type ?? "text";
  return {
    name,
    type,
    described: type,
    length: null,
    digits: null,
    send: "textsend",
    labels: null,
    array: false,
    domain: false,
    notNull: false,
    hasDefault: false,
    computedDefault: false,
    identity: false,
    generated: false,
    ...changes,
  };
}

/** An ordinary table with these columns, without keys or anything special, but for the changes. */
export function tableInfo(columns: ColumnInfo[], changes: Partial<TableInfo> = {}): TableInfo {
  return {
    kind: "r",
    rowSecurity: false,
    isPartition: false,
    partitions: null,
    hasChildren: false,
    triggers: [],
    rules: [],
    columns,
    uniques: [],
    foreignKeys: [],
    checks: [],
    ...changes,
  };
}
