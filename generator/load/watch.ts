import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { REPORT_EVERY_MS, type Progress } from "../../runtime/progress";

/**
 * How far the index builds and vacuums of this role have come, by table. A build first reads the table, then sorts
 * and writes the index, which takes about as long; ANALYZE follows a vacuum and reads a part of the table.
 */
const UNDER_WAY = `
  SELECT n.nspname || '.' || c.relname AS "table", sum(share)::float8 AS share
  FROM (SELECT relid, CASE WHEN tuples_done > 0 THEN 0.5 + 0.5 * tuples_done / greatest(tuples_total, 1)
                           ELSE 0.5 * blocks_done / greatest(blocks_total, 1) END AS share
        FROM pg_stat_progress_create_index WHERE datname = current_database()
        UNION ALL
        SELECT relid, 0.9 * heap_blks_scanned / greatest(heap_blks_total, 1)
        FROM pg_stat_progress_vacuum WHERE datname = current_database()
        UNION ALL
        SELECT relid, 0.9 + 0.1 * sample_blks_scanned / greatest(sample_blks_total, 1)
        FROM pg_stat_progress_analyze WHERE datname = current_database()) p
  JOIN pg_class c ON c.oid = relid JOIN pg_namespace n ON n.oid = c.relnamespace
  GROUP BY 1`;

/**
 * Runs `work` and meanwhile reports, every few seconds, what the server says of statements that have not ended yet.
 *
 * @param observer a connection that `work` does not use
 * @param rowsOf rows of a table, given as `schema.table`
 */
export async function watched<T>(
  observer: Client,
  progress: Progress,
  rowsOf: (table: string) => number,
  work: () => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const watching = watch(observer, progress, rowsOf, ended.signal);
  try {
    return await work();
  } finally {
    ended.abort();
    // Whatever the observer met, the work has its own connections and its own errors.
    await watching.catch(() => undefined);
  }
}

async function watch(
  observer: Client,
  progress: Progress,
  rowsOf: (table: string) => number,
  ended: AbortSignal,
): Promise<void> {
  for (;;) {
    await delay(REPORT_EVERY_MS, undefined, { signal: ended });
    const { rows } = await observer.query<{ table: string; share: number }>(UNDER_WAY);
    progress.report(rows.reduce((sum, { table, share }) => sum + rowsOf(table) * share, 0));
  }
}
