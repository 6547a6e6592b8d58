import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { REPORT_EVERY_MS, type Progress } from "../../common/progress";

/**
 * Selects how far this role's index builds and vacuums have come, by table. A build first reads the table, then sorts and
 * writes the index, which takes about the same time. VACUUM reads the table and then its TOAST table, which has the long
 * texts. ANALYZE follows and reads a part of the table.
 */
const UNDER_WAY = `
  SELECT n.nspname || '.' || c.relname AS "table", sum(share)::float8 AS share
  FROM (SELECT relid, CASE WHEN tuples_done > 0 THEN 0.5 + 0.5 * tuples_done / greatest(tuples_total, 1)
                           ELSE 0.5 * blocks_done / greatest(blocks_total, 1) END AS share
        FROM pg_stat_progress_create_index WHERE datname = current_database()
        UNION ALL
        SELECT coalesce(t.oid, relid), CASE WHEN t.oid IS NULL THEN 0 ELSE 0.8 END
               + CASE WHEN t.oid IS NULL THEN 0.8 ELSE 0.1 END * heap_blks_scanned / greatest(heap_blks_total, 1)
        FROM pg_stat_progress_vacuum LEFT JOIN pg_class t ON t.reltoastrelid = relid WHERE datname = current_database()
        UNION ALL
        SELECT relid, 0.9 + 0.1 * sample_blks_scanned / greatest(sample_blks_total, 1)
        FROM pg_stat_progress_analyze WHERE datname = current_database()) p
  JOIN pg_class c ON c.oid = relid JOIN pg_namespace n ON n.oid = c.relnamespace
  GROUP BY 1`;

/**
 * Runs `work`, and every few seconds reports the progress of the statements that are still running, as the server
 * shows it.
 *
 * @param observer a connection that `work` does not use
 * @param rowsOf returns the number of rows of a table, which is named as `schema.table`
 * @param everyMs how often the server is asked
 */
export async function withProgress<T>(
  observer: Client,
  progress: Progress,
  rowsOf: (table: string) => number,
  work: () => Promise<T>,
  everyMs = REPORT_EVERY_MS,
): Promise<T> {
  const ended = new AbortController();
  const watching = watch(observer, progress, rowsOf, everyMs, ended.signal);
  try {
    return await work();
  } finally {
    ended.abort();
    // An error of the observer does not matter, because the work has its own connections and errors.
    await watching.catch(() => undefined);
  }
}

async function watch(
  observer: Client,
  progress: Progress,
  rowsOf: (table: string) => number,
  everyMs: number,
  ended: AbortSignal,
): Promise<void> {
  for (;;) {
    await delay(everyMs, undefined, { signal: ended });
    const { rows } = await observer.query<{ table: string; share: number }>(UNDER_WAY);
    progress.report(rows.reduce((sum, { table, share }) => sum + rowsOf(table) * share, 0));
  }
}
