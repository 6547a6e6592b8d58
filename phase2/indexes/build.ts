import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { quoteLiteral, withClient } from "../../postgres/connection";
import type { Machine } from "../../postgres/machine";
import { type Log, REPORT_EVERY_MS } from "../../common/progress";
import { withPhase2 } from "../measure/session";
import {
  buildComment,
  type IndexDefinition,
  indexesAsTheyAre,
  inPublic,
  readDefinitions,
} from "./definitions";
import { announceEstimate } from "./estimate";
import { requireDiskSpace } from "./disk-space";
import { type IndexRemoval, readRemovals } from "./index-file";
import { dropRemovals, findRemovals, restoreDropped } from "./removals";
import { requireSameDefinitions } from "./same-definition";

export interface BuildOptions {
  /** Set if this project runs the server. Only then is its free disk space known. */
  machine?: Machine;
  /**
   * How often the progress of a build is reported, milliseconds.
   *
   * @default 5,000
   */
  reportEveryMs?: number;
  /**
   * The indexes to build.
   *
   * @default those of `phase-2-indexes.sql`
   */
  indexes?: readonly IndexDefinition[];
  /**
   * The indexes to drop.
   *
   * @default those of `phase-2-indexes.sql`
   */
  removals?: readonly IndexRemoval[];
  log: Log;
}

/**
 * Builds the missing phase-2 indexes one after the other, while the application continues to write. An invalid index that a
 * failed build has left behind is built again. Then drops the indexes that phase 2 removes. A run that was stopped can be
 * repeated.
 *
 * @throws ExpectedError when the disk has too little space, the role does not own the tables, or a build is stopped
 */
export function applyIndexes(
  ownerUrl: string,
  { machine, reportEveryMs, indexes = readDefinitions(), removals = readRemovals(), log }: BuildOptions,
): Promise<void> {
  return withPhase2(ownerUrl, "The build of the indexes", async (client) => {
    await requireSameDefinitions(client, indexes, false);
    const toDrop = await findRemovals(client, removals);
    const { valid, invalid, missing } = await indexesAsTheyAre(client, indexes);
    const wanted = [...invalid, ...missing];
    for (const { name } of valid) log(`✓ ${name}: is there already`);
    await requireDiskSpace(client, wanted, machine, log);
    await announceEstimate(client, wanted, log);
    for (const definition of wanted) {
      if (invalid.includes(definition)) {
        log(`${definition.name}: left invalid by a failed build; it is built anew`);
        await dropIndex(client, definition);
      }
      const started = performance.now();
      await withProgress(ownerUrl, definition, { log, everyMs: reportEveryMs ?? REPORT_EVERY_MS }, () =>
        client.query(definition.statement),
      );
      const seconds = (performance.now() - started) / 1000;
      await commentOn(client, definition, seconds);
      log(`✓ ${definition.name}: built in ${seconds.toFixed(1)} s, ${await sizeOf(client, definition)}`);
    }
    await dropRemovals(client, toDrop, log);
    for (const { name } of toDrop.dropped) log(`✓ ${name}: is dropped already`);
  });
}

/**
 * Builds the indexes again that phase 2 dropped. Then drops the phase-2 indexes that this program built, and what failed
 * builds left, while the application continues to work. An index of the same name that somebody else built stays.
 */
export function revertIndexes(ownerUrl: string, log: Log): Promise<void> {
  return withPhase2(ownerUrl, "The removal of the indexes", async (client) => {
    await restoreDropped(client, log);
    const { valid, invalid, missing, foreign } = await indexesAsTheyAre(client);
    for (const { name } of missing) log(`✓ ${name}: is not there`);
    for (const { name } of foreign) {
      log(
        `! ${name}: stays, because it is the database's own, and phase 2 did not build it; to drop it: DROP INDEX CONCURRENTLY ${inPublic(name)}`,
      );
    }
    for (const definition of [...valid.filter((each) => !foreign.includes(each)), ...invalid]) {
      await dropIndex(client, definition);
      log(`✓ ${definition.name}: dropped`);
    }
  });
}

/** Records the time of the build in the comment of the index. */
export async function commentOn(client: Client, { name }: IndexDefinition, seconds: number): Promise<void> {
  await client.query(`COMMENT ON INDEX ${inPublic(name)} IS ${quoteLiteral(buildComment(seconds))}`);
}

async function dropIndex(client: Client, { name }: IndexDefinition): Promise<void> {
  await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${inPublic(name)}`);
}

async function sizeOf(client: Client, { name }: IndexDefinition): Promise<string> {
  const { rows } = await client.query<{ size: string; valid: boolean }>(
    "SELECT pg_size_pretty(pg_relation_size($1::regclass)) AS size, indisvalid AS valid FROM pg_index WHERE indexrelid = $1::regclass",
    [inPublic(name)],
  );
  return rows[0]!.size;
}

/** Runs a build and reports its progress every few seconds, as the server shows it. */
async function withProgress(
  ownerUrl: string,
  { name, table }: IndexDefinition,
  { log, everyMs }: { log: Log; everyMs: number },
  build: () => Promise<unknown>,
): Promise<void> {
  const ended = new AbortController();
  const watching = withClient(ownerUrl, async (observer) => {
    for (;;) {
      await delay(everyMs, undefined, { signal: ended.signal });
      const { rows } = await observer.query<{
        phase: string;
        percent: number | null;
        waitsFor: string | null;
      }>(UNDER_WAY, [inPublic(table)]);
      for (const { phase, percent, waitsFor } of rows) {
        const share = percent === null ? "" : `, ${percent} %`;
        log(`${name}: ${phase}${share}${waitsFor === null ? "" : ` (process ${waitsFor})`}`);
      }
    }
  });
  try {
    await build();
  } finally {
    ended.abort();
    // An error of the observer does not matter, because the build has its own connection and errors.
    await watching.catch(() => undefined);
  }
}

const UNDER_WAY = `
  SELECT phase, nullif(current_locker_pid, 0) AS "waitsFor",
    CASE WHEN tuples_total > 0 THEN 100 * tuples_done / tuples_total
         WHEN blocks_total > 0 THEN 100 * blocks_done / blocks_total END::int AS percent
  FROM pg_stat_progress_create_index WHERE datname = current_database() AND relid = $1::regclass`;
