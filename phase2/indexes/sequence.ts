import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import type { Log } from "../../common/progress";
import type { Capture } from "../capture";
import { type IndexDefinition, indexesAsTheyAre, readDefinitions } from "./definitions";
import { readRemovals } from "./index-file";
import { findRemovals } from "./removals";
import { requireSameDefinitions } from "./same-definition";

/**
 * Makes sure that no index of phase 2 is there before the optimization, and all of them after it. Names those that are the
 * database's own.
 *
 * @throws ExpectedError with the names of the indexes that are there or missing
 */
export async function requireSequence(client: Client, kind: Capture["kind"], log: Log): Promise<void> {
  await requireSameDefinitions(client, readDefinitions(), false);
  const { valid, invalid, missing, foreign } = await indexesAsTheyAre(client);
  const names = (indexes: IndexDefinition[]): string => indexes.map(({ name }) => name).join(", ");
  const database = client.database ?? "";
  const { present, dropped } = await findRemovals(client, readRemovals());
  if (kind === "pre-optimization" && dropped.length > 0) {
    throw new ExpectedError(
      `Phase 2 has dropped indexes of database "${database}" already: ${dropped.map(({ name }) => name).join(", ")}.`,
      "To measure the state before phase 2, first rebuild these indexes with --revert. Or use --ab, which measures with and without the changes.",
    );
  }
  if (kind === "post-optimization" && present.length > 0) {
    throw new ExpectedError(
      `Database "${database}" still has indexes that phase 2 drops: ${present.map(({ name }) => name).join(", ")}.`,
      "Drop them: `npm run verify-indexes -- --apply` makes all changes of phase2/phase-2-indexes.sql, and so does psql with that file.",
    );
  }
  if (kind === "pre-optimization" && valid.length + invalid.length > 0) {
    throw new ExpectedError(
      `Database "${database}" has indexes of phase 2 already: ${names([...valid, ...invalid])}.`,
      foreign.length === 0
        ? "Drop them with --revert for a capture before the optimization, or measure both states in turns with --ab."
        : `Measure both states in turns with --ab. --revert does not drop what --apply did not build: ${names(foreign)}.`,
    );
  }
  if (kind === "post-optimization" && missing.length + invalid.length > 0) {
    const broken = invalid.length > 0 ? ` (left invalid by a failed build: ${names(invalid)})` : "";
    throw new ExpectedError(
      `Database "${database}" lacks indexes of phase 2: ${names([...missing, ...invalid])}${broken}.`,
      "Build them with --apply, or run phase2/phase-2-indexes.sql with psql.",
    );
  }
  for (const { name } of foreign) log(`${name}: is the database's own, not built by --apply`);
}
