import type { Client } from "pg";
import { withTransaction } from "../../postgres/connection";
import { Progress, type Log } from "../../runtime/progress";
import { sortMemoryMb } from "../sort-memory";
import { tablesBySize, type TableName } from "../tables";
import { restoreOne, savedDefinitions, type Definition, type DefinitionKind } from "./definitions";
import { deal, withLanes, type Item } from "./lanes";
import { watched } from "./watch";

/** A piece of work on one table, which is named with its schema. */
interface Step extends Item {
  /** Rows that it goes through; 0 when it takes no time. */
  rows: number;
  run(lane: Client): Promise<unknown>;
}

/**
 * VACUUM (ANALYZE), then indexes, keys, foreign keys and autovacuum as they were. A table's vacuum comes first: it
 * removes what stopped shards left before any index points there, and lets the proofs of foreign keys read indexes
 * instead of tables, a third of the time.
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

  const vacuums = tablesBySize.map((name): Step => {
    const table = `public.${name}`;
    return {
      table,
      alone: true,
      rows: rowsOf(table),
      run: (lane) => lane.query(`VACUUM (ANALYZE) ${table}`),
    };
  });

  /** The steps that give definitions of a kind back. */
  async function restoring(kind: DefinitionKind, takesTime = false): Promise<Step[]> {
    const definitions = (await savedDefinitions(observer)).filter((each) => each.kind === kind);
    return definitions.map((definition: Definition) => ({
      table: definition.table,
      alone: kind !== "index",
      rows: takesTime ? rowsOf(definition.table) : 0,
      run: (lane) => restore(lane, definition),
    }));
  }

  /** Gives a definition back: an index with its sort's own memory, all else with the band's. */
  function restore(lane: Client, definition: Definition): Promise<void> {
    return withTransaction(lane, async () => {
      if (definition.kind === "index") {
        const memory = sortMemoryMb(rowsOf(definition.table));
        await lane.query(`SET LOCAL maintenance_work_mem = '${memory}MB'`);
      }
      await restoreOne(lane, definition);
    });
  }

  /** Goes through groups of steps, one group after the other, and reports them as one phase. */
  async function phase(label: string, lanes: Client[], groups: Step[][]): Promise<number> {
    const total = groups.flat().reduce((sum, step) => sum + step.rows, 0);
    const progress = new Progress(label, total, "rows", log);
    await watched(observer, progress, rowsOf, async () => {
      for (const group of groups) {
        await deal(lanes, group, async (lane, step) => {
          await step.run(lane);
          progress.advance(step.rows);
        });
      }
    });
    return progress.finish();
  }

  return withLanes(ownerUrl, async (lanes) => ({
    "analyze, indexes": await phase("analyze, indexes", lanes, [
      [...vacuums, ...(await restoring("index", true))],
      await restoring("key"),
    ]),
    "foreign keys": await phase("foreign keys", lanes, [
      await restoring("foreign key"),
      await restoring("validation", true),
      await restoring("autovacuum"),
    ]),
  }));
}
