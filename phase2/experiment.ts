import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { type Log, Progress } from "../common/progress";
import type { Capture } from "./capture";
import { buildMissing, lockTables } from "./indexes/build-for-experiment";
import { type IndexDefinition, inPublic, readDefinitions } from "./indexes/definitions";
import { type IndexRemoval, readRemovals } from "./indexes/index-file";
import { findRemovals } from "./indexes/removals";
import { requireSameDefinitions } from "./indexes/same-definition";
import { Sampler } from "./measure/sampler";
import { withRollback, withPhase2 } from "./measure/session";
import { BLOCKS, describe, prepareCapture, withoutDeadRows } from "./measure/take-capture";
import { QUERIES } from "./queries/query-files";

export interface ExperimentOptions {
  /** The seed of the queries' parameters and of their order. */
  seed: string;
  /** Whether both arms measure the database as it is (A/A). Any difference between them is then a false alarm. */
  equalArms?: boolean;
  /**
   * The number of blocks of every query in each arm, which must be even.
   *
   * @default 20
   */
  blocks?: number | undefined;
  /**
   * The number of passes through the parameters of a stratum in each block.
   *
   * @default as many as fit into half a second, at most 50 executions
   */
  passes?: number | undefined;
  /**
   * The indexes that are measured.
   *
   * @default the indexes of `phase-2-indexes.sql`
   */
  indexes?: readonly IndexDefinition[];
  /**
   * The indexes whose removal is measured.
   *
   * @default the indexes that `phase-2-indexes.sql` drops; none when other indexes are measured
   */
  removals?: readonly IndexRemoval[];
  /** The application's role, whose calls in pg_stat_statements tell how often each query runs. */
  applicationUrl?: string | undefined;
  /**
   * The folder of the hot queries.
   *
   * @default phase2/queries
   */
  queriesFolder?: string;
  log: Log;
}

/** One of the two arms of the experiment: without the indexes, or with them. */
interface Arm {
  kind: Capture["kind"];
  /** The names of the indexes that are not there in its turns. */
  drops: readonly string[];
  sampler: Sampler;
  capture?: Capture;
}

/**
 * Measures the hot queries without the indexes and with them in turns of a few seconds (ABBA BAAB …), so that a drift of
 * the machine, the caches or the table affects both arms equally.
 *
 * Everything happens in one transaction that is never committed. Missing indexes are built in it once. For a turn without
 * them, they are dropped after a savepoint, and a rollback to the savepoint restores them, which costs only a change in the
 * catalogue. The owner of the tables has the privileges for this, and no other session sees it. If the experiment is
 * stopped, the server rolls everything back. (To hide indexes by `UPDATE pg_index SET indisvalid` would need a superuser,
 * would affect all sessions, and would persist after a kill.) The tables are locked for all other sessions meanwhile, so an
 * experiment is for test databases only.
 *
 * @param ownerUrl the role that owns the tables
 * @returns the captures without the indexes and with them
 * @throws ExpectedError when an index built in the transaction cannot be measured in it, or the server stops the work
 */
export async function runExperiment(
  ownerUrl: string,
  {
    seed,
    equalArms = false,
    blocks = BLOCKS,
    passes,
    indexes: given,
    removals = given === undefined ? readRemovals() : [],
    queriesFolder = QUERIES,
    applicationUrl,
    log,
  }: ExperimentOptions,
): Promise<{ pre: Capture; post: Capture }> {
  const indexes = given ?? readDefinitions();
  const prepared = await prepareCapture(
    ownerUrl,
    { seed, queriesFolder, applicationUrl, log },
    async (client) => {
      if (equalArms) return;
      await requireSameDefinitions(client, indexes, false);
      await findRemovals(client, removals);
    },
  );
  const experiment = randomUUID();
  return withPhase2(ownerUrl, "The experiment", (client) =>
    withoutDeadRows(client, () =>
      withRollback(client, { readOnly: false, nested: false }, async () => {
        const found = await findRemovals(client, removals);
        await lockTables(client, [...indexes, ...found.present]);
        if (!equalArms) await buildMissing(client, { indexes, dropped: found.dropped, log });
        const removed = [...found.present, ...found.dropped];
        const names = (all: readonly { name: string }[]): string[] =>
          equalArms ? [] : all.map(({ name }) => name);
        const arms: Record<Side, Arm> = {
          without: { kind: "pre-optimization", drops: names(indexes), ...newSampler(client) },
          with: { kind: "post-optimization", drops: names(removed), ...newSampler(client) },
        };
        const progress = new Progress(equalArms ? "A/A" : "A/B", 2 * blocks, "blocks", log);
        for (const { side, block } of turns(blocks)) {
          const { drops, sampler } = arms[side];
          await withRollback(client, { readOnly: false, nested: true }, async () => {
            for (const name of drops) await client.query(`DROP INDEX IF EXISTS ${inPublic(name)}`);
            await sampler.warmUp();
            await sampler.block(block);
            if (block === blocks - 1) arms[side].capture = await conclude(client, arms[side]);
          });
          progress.advance(1);
        }
        progress.finish();
        return { pre: arms.without.capture!, post: arms.with.capture! };
      }),
    ),
  );

  function newSampler(client: Client) {
    return { sampler: new Sampler(client, prepared.cells, { seed, passes, nested: true }) };
  }

  /** Makes the capture of an arm. It runs within the last turn of the arm, with the indexes of that turn. */
  async function conclude(client: Client, { kind, sampler }: Arm): Promise<Capture> {
    await sampler.explain();
    const capture = await describe(client, kind, { ...prepared, sampler, seed });
    return { ...capture, experiment, ...(equalArms && { equal_arms: true as const }) };
  }
}

type Side = "without" | "with";

/** The order in which both sides measure their blocks: rounds of two blocks, alternately ABBA and BAAB. */
export function turns(blocks: number): { side: Side; block: number }[] {
  return Array.from({ length: blocks }, (_, block) => block).flatMap((block) => {
    const round = Math.floor(block / 2);
    const sides: Side[] = (block + round) % 2 === 0 ? ["without", "with"] : ["with", "without"];
    return sides.map((side) => ({ side, block }));
  });
}
