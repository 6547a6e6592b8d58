import { formatCount } from "../../common/format";
import { quoteIdentifier } from "../../postgres/connection";
import type { TableName } from "../tables";
import type { ColumnInfo } from "./catalogue";
import type { Mismatch } from "./mismatch";
import type { WrittenColumn } from "./written-columns";

/** The types, as `pg_type` names them, whose binary form is that of a text. */
const TEXTS = ["text", "varchar", "bpchar", "citext"];
const TYPES: Record<WrittenColumn["type"], readonly string[]> = {
  id: [...TEXTS, "uuid", "int8"],
  text: TEXTS,
  enum: TEXTS,
  boolean: ["bool"],
  integer: ["int2", "int4", "int8"],
  timestamp: ["timestamp", "timestamptz"],
  json: ["json", "jsonb"],
};
/** The SQL type to change a column to. */
const WANTED: Record<WrittenColumn["type"], string> = {
  id: "text",
  text: "text",
  enum: "text",
  boolean: "boolean",
  integer: "integer",
  timestamp: "timestamp(3)",
  json: "jsonb",
};

/** The differences between a column and what the load writes into it. */
export function columnMismatches(table: TableName, column: ColumnInfo, written: WrittenColumn): Mismatch[] {
  const where = `${table}.${column.name}`;
  const alter = `\`ALTER TABLE ${table} ALTER ${quoteIdentifier(column.name)}`;
  const found: Mismatch[] = [];
  const add = (problem: string, remedy: string): void => void found.push({ where, problem, remedy });

  if (column.generated) {
    add(
      "is a generated column, into which nothing can be written",
      `Run ${alter} DROP EXPRESSION\`, or drop the column and create it as an ordinary one`,
    );
    return found;
  }
  if (column.notNull && written.nulls !== "none") {
    add(
      `is NOT NULL, but ${written.nulls === "all" ? "all" : "some"} rows of the dataset have NULL there`,
      `Run ${alter} DROP NOT NULL\` before the load`,
    );
  }
  // NULL has no bytes, so a column that has nothing else may have any type.
  if (written.nulls === "all") return found;
  if (column.labels !== null) {
    if (written.type === "enum")
      found.push(...missingLabels(where, column.described, column.labels, written));
    else
      add(
        `has the type ${column.described}, but the load writes ${WANTED[written.type]}`,
        changeType(alter, written),
      );
    return found;
  }
  if (column.array || !fits(column, written)) {
    add(
      `has the type ${column.described}, but the load writes ${WANTED[written.type]}`,
      changeType(alter, written),
    );
  } else if (column.length !== null && column.length < written.longest) {
    add(
      `has the type ${column.described}, but the dataset has texts of up to ${formatCount(written.longest)} characters`,
      changeType(alter, written),
    );
  }
  return found;
}

function fits(column: ColumnInfo, written: WrittenColumn): boolean {
  // Values of char(n) are padded with spaces, which is harmless only where all of them have that length.
  if (column.type === "bpchar") return written.type === "id" && column.length === written.longest;
  if (column.type === "int2" && written.largest >= 2 ** 15) return false;
  return TYPES[written.type].includes(column.type);
}

function changeType(alter: string, written: WrittenColumn): string {
  return `Run ${alter} TYPE ${WANTED[written.type]}\`, with USING where PostgreSQL asks for it`;
}

function missingLabels(
  where: string,
  type: string,
  present: readonly string[],
  { labels }: WrittenColumn,
): Mismatch[] {
  return labels
    .filter((label) => !present.includes(label))
    .map((label) => {
      const other = present.find((each) => each.toLowerCase() === label.toLowerCase());
      return {
        where,
        problem: `has the type ${type}, which lacks the label ${label}`,
        remedy:
          other === undefined
            ? `Run \`ALTER TYPE ${type} ADD VALUE '${label}'\``
            : `Run \`ALTER TYPE ${type} RENAME VALUE '${other.replaceAll("'", "''")}' TO '${label}'\`, or add the label`,
      };
    });
}
