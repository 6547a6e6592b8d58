import { DatabaseError, type Client } from "pg";
import { quoteLiteral } from "../../postgres/connection";
import type { Catalogue, ColumnInfo } from "../schema/catalogue";
import type { Mismatch } from "../schema/mismatch";
import { tableNames, tables } from "../tables";
import { conversionsOf } from "./conversions-of";
import { chooseFillers } from "./choose-fillers";
import type { GivenColumns } from "./given-columns";
import type { Filler, Layout } from "./filler";

/**
 * Decides how the rows of each table are changed to fit its columns.
 *
 * @param given the values that the user gives for additional columns
 * @returns the layout, and what does not fit
 */
export async function layoutOf(
  client: Client,
  catalogue: Catalogue,
  given: GivenColumns,
): Promise<{ layout: Layout; mismatches: Mismatch[] }> {
  const layout: Layout = {};
  const mismatches = unknownColumns(catalogue, given);
  for (const name of tableNames) {
    const table = catalogue[name];
    if (table === undefined) continue;
    const chosen = chooseFillers(name, table, given[name] ?? {});
    mismatches.push(...chosen.mismatches);
    const columns: string[] = [...tables[name]];
    const fillers: Filler[] = [];
    for (const { column, filler } of chosen.filled) {
      columns.push(column.name);
      if (filler.kind !== "literal") fillers.push(filler);
      else {
        const bytes = await binaryOf(client, column, filler.text);
        if (typeof bytes === "string") fillers.push({ kind: "constant", bytes });
        else mismatches.push({ where: `${name}.${column.name}`, ...bytes });
      }
    }
    const conversions = conversionsOf(name, table);
    if (fillers.length > 0 || conversions.some((each) => each !== null))
      layout[name] = { columns, conversions, fillers };
  }
  return { layout, mismatches };
}

/** Has the server write a constant in its binary form, in base64. */
async function binaryOf(
  client: Client,
  { described, send }: ColumnInfo,
  text: string,
): Promise<string | Omit<Mismatch, "where">> {
  try {
    const { rows } = await client.query<{ bytes: string }>(
      `SELECT encode(${send}(${quoteLiteral(text)}::${described}), 'base64') AS bytes`,
    );
    return rows[0]!.bytes.replaceAll("\n", "");
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return {
      problem: `has the type ${described}, which does not take the value ${JSON.stringify(text)}: ${error.message}`,
      remedy: "Give another value (chat-perf:columns, --columns)",
    };
  }
}

/** The given values whose column is not an additional column of its table. */
function unknownColumns(catalogue: Catalogue, given: GivenColumns): Mismatch[] {
  return tableNames.flatMap((name) =>
    Object.keys(given[name] ?? {}).flatMap((column) => {
      const found = catalogue[name]?.columns.find((each) => each.name === column);
      const own = (tables[name] as readonly string[]).includes(column);
      if (found !== undefined && !own && !found.generated) return [];
      const problem = own
        ? "is written by the generator, so that it cannot have a given value"
        : found === undefined
          ? "is given a value (chat-perf:columns, --columns), but does not exist"
          : "is a generated column, so that it cannot have a given value";
      return [{ where: `${name}.${column}`, problem, remedy: "Remove it from the given values" }];
    }),
  );
}
