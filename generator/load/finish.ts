import type { Client } from "pg";
import { withTransaction } from "../../postgres/connection";
import { Progress, type Log } from "../../runtime/progress";
import { tablesBySize, type TableName } from "../tables";
import { restoreOne, savedDefinitions, type DefinitionKind } from "./definitions";
import { deal, withLanes } from "./lanes";
import { watched } from "./watch";

/**
 * VACUUM (ANALYZE), then indexes, keys, foreign keys and autovacuum as they were. The vacuum comes first: it removes
 * what stopped shards left before any index points there, and lets the proofs of foreign keys read indexes instead
 * of tables, a third of the time.
 *
 * @param observer a connection that follows the progress of the others
 * @param rows rows of each table
 * @returns the seconds of each phase
 */
export function finishTables(
  observer: Client,
  ownerUrl: string,
  rows: Partial<Record<TableName, number>>,
  log: Log,
): Promise<Record<string, number>> {
  const rowsOf = (table: string): number => rows[table.replace("public.", "") as TableName] ?? 0;

  return withLanes(ownerUrl, async (lanes) => {
    async function phase(label: string, total: number, work: (progress: Progress) => Promise<void>) {
      const progress = new Progress(label, total, "rows", log);
      await watched(observer, progress, rowsOf, () => work(progress));
      return progress.finish();
    }

    async function vacuum(): Promise<number> {
      const total = tablesBySize.reduce((sum, table) => sum + (rows[table] ?? 0), 0);
      return phase("analyze", total, (progress) =>
        deal(lanes, tablesBySize, async (lane, table) => {
          await lane.query(`VACUUM (ANALYZE) public.${table}`);
          progress.advance(rows[table] ?? 0);
        }),
      );
    }

    /** Gives back the definitions of these kinds, one kind after the other; those of `slow` take the time. */
    async function restore(label: string, kinds: DefinitionKind[], slow: DefinitionKind): Promise<number> {
      const all = await savedDefinitions(observer);
      const work = all.filter(({ kind }) => kind === slow);
      const total = work.reduce((sum, { table }) => sum + rowsOf(table), 0);
      return phase(label, total, async (progress) => {
        for (const kind of kinds) {
          const ofKind = all.filter((definition) => definition.kind === kind);
          // Several indexes of one table may be built at once; all else locks the table, and one lane does it.
          const groups =
            kind === "index"
              ? ofKind.map((definition) => [definition])
              : [...new Set(ofKind.map(({ table }) => table))].map((table) =>
                  ofKind.filter((definition) => definition.table === table),
                );
          await deal(lanes, groups, async (lane, definitions) => {
            for (const definition of definitions) {
              await withTransaction(lane, () => restoreOne(lane, definition));
              if (kind === slow) progress.advance(rowsOf(definition.table));
            }
          });
        }
      });
    }

    return {
      analyze: await vacuum(),
      indexes: await restore("indexes", ["index", "key"], "index"),
      "foreign keys": await restore(
        "foreign keys",
        ["foreign key", "validation", "autovacuum"],
        "validation",
      ),
    };
  });
}
