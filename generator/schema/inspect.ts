import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import type { DatasetSpec } from "../spec";
import { tableNames } from "../tables";
import { readCatalogue } from "./catalogue";
import { describeMismatch } from "./mismatch";
import { mismatches } from "./mismatches";
import { tryRows } from "./trial";

/**
 * Compares the tables with what the load will write into them, before anything is changed.
 *
 * @throws ExpectedError with every mismatch
 */
export async function requireFittingTables(client: Client, spec: DatasetSpec): Promise<void> {
  const database = client.database ?? "";
  const catalogue = await readCatalogue(client);
  if (tableNames.every((name) => catalogue[name] === undefined)) {
    throw new ExpectedError(
      `Database "${database}" lacks the tables ${tableNames.join(", ")}.`,
      "Apply the migrations first, for example with `pulumi up`.",
    );
  }
  const found = [...mismatches(catalogue), ...(await tryRows(client, spec, catalogue))];
  if (found.length === 0) return;
  const list = found.map((mismatch) => `\n  - ${describeMismatch(mismatch)}`).join("");
  throw new ExpectedError(
    `The tables of database "${database}" do not fit the dataset, and nothing was changed:${list}`,
    "Correct each of them, then run the same command again.",
  );
}
