import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import type { DatasetSpec } from "../spec";
import { parseGivenColumns } from "./given-columns";
import type { Layout } from "./filler";
import { layoutOf } from "./layout";
import { tableNames } from "../tables";
import { readCatalogue } from "../schema/catalogue";
import { describeMismatch } from "../schema/mismatch";
import type { Window } from "../schema/partition-mismatches";
import { mismatches } from "../schema/mismatches";
import { tryRows } from "./trial";

/**
 * Compares the tables with what the load will write into them, before anything is changed.
 *
 * @returns how rows are changed to fit the tables
 * @throws ExpectedError with every mismatch
 */
export async function requireFittingTables(client: Client, spec: DatasetSpec): Promise<Layout> {
  const database = client.database ?? "";
  const catalogue = await readCatalogue(client);
  if (tableNames.every((name) => catalogue[name] === undefined)) {
    throw new ExpectedError(
      `Database "${database}" lacks the tables ${tableNames.join(", ")}.`,
      "In a stack, `pulumi up` creates them. In another database, `npm run generate -- --migrate` does.",
    );
  }
  const given = parseGivenColumns(spec.columns ?? "");
  const { layout, mismatches: unfilled } = await layoutOf(
    client,
    catalogue,
    "given" in given ? given.given : {},
  );
  const found = [
    ...mismatches(catalogue, windowOf(spec)),
    ...unfilled,
    ...(await tryRows(client, spec, catalogue)),
  ];
  if (found.length === 0) return layout;
  const list = found.map((mismatch) => `\n  - ${describeMismatch(mismatch)}`).join("");
  throw new ExpectedError(
    `The tables of database "${database}" do not fit the dataset, and nothing was changed:${list}`,
    "Correct each of them, then run the same command again.",
  );
}

function windowOf({ windowEnd, windowDays }: DatasetSpec): Window {
  const end = Date.parse(windowEnd);
  return { start: end - windowDays * 86_400_000, end };
}
