import type { TableInfo } from "../schema/catalogue";
import { writtenColumn } from "../schema/written-columns";
import { tables, type TableName } from "../tables";
import type { Conversion } from "./conversion";

/** How the values of each column of the generator are converted to the types that the columns of the table have. */
export function conversionsOf(name: TableName, table: TableInfo): (Conversion | null)[] {
  return tables[name].map((column) => {
    const written = writtenColumn(name, column)!;
    const type = table.columns.find((each) => each.name === column)?.type;
    if (written.type === "id" && type === "uuid") return { kind: "uuid" };
    if (written.type === "id" && type === "int8") return { kind: "bigint", of: written.idsOf! };
    if (written.type === "integer" && type === "int8") return { kind: "integer", bytes: 8 };
    if (written.type === "integer" && type === "int2") return { kind: "integer", bytes: 2 };
    return null;
  });
}
