import type { Client } from "pg";
import { withTransaction } from "../../postgres/connection";
import { Progress, type Log } from "../../common/progress";
import { sortMemoryMb } from "../sort-memory";
import { tablesBySize, type TableName } from "../tables";
import { restoreOne, savedDefinitions, type Definition, type DefinitionKind } from "./definitions";
import { runOnConnections, withConnections, type TableWork } from "./connections";
import { withProgress } from "./server-progress";

/** One step of finishing a table, which is named with its schema. */
interface Step extends TableWork {
  /** The rows that the step processes, or 0 when it takes no time. */
  rows: number;
  run(connection: Client): Promise<unknown>;
}

/**
 * Runs VACUUM (ANALYZE) on the tables, then restores their indexes, keys, foreign keys and autovacuum setting.
 *
 * The vacuum of a table comes first. It removes the rows of interrupted shards before any index refers to them, and it
 * lets the validation of foreign keys read indexes instead of tables, which takes a third of the time.
 *
 * @param observer a connection that reads the progress of the others
 * @param rows the number of rows of each table
 * @returns the seconds of each phase
 */
export async function finishTables(
  observer: Client,
  ownerUrl: string,
  rows: Partial<Record<TableName, number>>,
  log: Log,
): Promise<Record<string, number>> {
  const rowsOf = (table: string): number => rows[table.slice(table.indexOf(".") + 1) as TableName] ?? 0;

  const { rows: schemas } = await observer.query<{ schema: string }>(
    "SELECT quote_ident(current_schema()) AS schema",
  );
  const vacuums = tablesBySize.map((name): Step => {
    const table = `${schemas[0]!.schema}.${name}`;
    return {
      table,
      exclusive: true,
      rows: rowsOf(table),
      run: (connection) => connection.query(`VACUUM (ANALYZE) ${table}`),
    };
  });

  /** The steps that restore the definitions of one kind. */
  async function restoreSteps(kind: DefinitionKind, takesTime = false): Promise<Step[]> {
    const definitions = (await savedDefinitions(observer)).filter((each) => each.kind === kind);
    return definitions.map((definition: Definition) => ({
      table: definition.table,
      exclusive: kind !== "index",
      rows: takesTime ? rowsOf(definition.table) : 0,
      run: (connection) => restore(connection, definition),
    }));
  }

  /** Restores a definition: an index with the memory that its sort needs, any other with the memory of the band. */
  function restore(connection: Client, definition: Definition): Promise<void> {
    return withTransaction(connection, async () => {
      if (definition.kind === "index") {
        const memory = sortMemoryMb(rowsOf(definition.table));
        await connection.query(`SET LOCAL maintenance_work_mem = '${memory}MB'`);
      }
      await restoreOne(connection, definition);
    });
  }

  /** Runs groups of steps, one group after the other, and reports them as one phase. */
  async function phase(label: string, connections: Client[], groups: Step[][]): Promise<number> {
    const total = groups.flat().reduce((sum, step) => sum + step.rows, 0);
    const progress = new Progress(label, total, "rows", log);
    await withProgress(observer, progress, rowsOf, async () => {
      for (const group of groups) {
        await runOnConnections(connections, group, async (connection, step) => {
          await step.run(connection);
          progress.advance(step.rows);
        });
      }
    });
    return progress.finish();
  }

  return withConnections(ownerUrl, async (connections) => ({
    "analyze, indexes": await phase("analyze, indexes", connections, [
      [...vacuums, ...(await restoreSteps("index", true))],
      await restoreSteps("key"),
    ]),
    "foreign keys": await phase("foreign keys", connections, [
      await restoreSteps("foreign key"),
      await restoreSteps("validation", true),
      await restoreSteps("autovacuum"),
    ]),
  }));
}
