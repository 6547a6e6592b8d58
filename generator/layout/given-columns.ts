import { tableNames, type TableName } from "../tables";

/** The values that the user gives for additional columns: table -> column -> expression. */
export type GivenColumns = Partial<Record<TableName, Record<string, string>>>;

/** One entry: `table.column = expression`. Names may be quoted. */
const ENTRY = /^\s*"?(\w+)"?\s*\.\s*("(?:[^"]+)"|[^\s"=.]+)\s*=\s*(.*?)\s*$/su;

/**
 * Parses the given values: entries `table.column = expression`, separated by semicolons or line breaks.
 *
 * @returns the values, or the first entry that is not of this form
 */
export function parseGivenColumns(text: string): { given: GivenColumns } | { wrong: string } {
  const given: GivenColumns = {};
  for (const entry of text.split(/[;\n]/).filter((each) => each.trim() !== "")) {
    const [, name, column, expression] = ENTRY.exec(entry) ?? [];
    const table = tableNames.find((each) => each === name);
    if (table === undefined || column === undefined || expression === undefined)
      return { wrong: entry.trim() };
    (given[table] ??= {})[column.replaceAll('"', "")] = expression;
  }
  return { given };
}
