import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { ExpectedError } from "../runtime/errors";
import { type Log, Progress } from "../runtime/progress";
import type { Capture } from "./capture";
import { commentOn, inPublic } from "./indexes/build";
import { type IndexDefinition, indexesAsTheyAre, readDefinitions } from "./indexes/definitions";
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
  blocks?: number;
  /**
   * The number of passes through the parameters of a stratum in each block.
   *
   * @default as many as fit into half a second, at most 50 executions
   */
  passes?: number;
  /**
   * The indexes that are measured.
   *
   * @default the indexes of `phase-2-indexes.sql`
   */
  indexes?: readonly IndexDefinition[];
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
  drops: readonly IndexDefinition[];
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
    indexes = readDefinitions(),
    queriesFolder = QUERIES,
    log,
  }: ExperimentOptions,
): Promise<{ pre: Capture; post: Capture }> {
  const prepared = await prepareCapture(ownerUrl, { seed, queriesFolder, log }, () => Promise.resolve());
  const experiment = randomUUID();
  return withPhase2(ownerUrl, "The experiment", (client) =>
    withoutDeadRows(client, () =>
      withRollback(client, { readOnly: false, nested: false }, async () => {
        await lockTables(client, indexes);
        if (!equalArms) await buildMissing(client, indexes, log);
        const arms: Record<Side, Arm> = {
          without: { kind: "pre-optimization", drops: equalArms ? [] : indexes, ...newSampler(client) },
          with: { kind: "post-optimization", drops: [], ...newSampler(client) },
        };
        const progress = new Progress(equalArms ? "A/A" : "A/B", 2 * blocks, "blocks", log);
        for (const { side, block } of turns(blocks)) {
          const { drops, sampler } = arms[side];
          await withRollback(client, { readOnly: false, nested: true }, async () => {
            for (const { name } of drops) await client.query(`DROP INDEX IF EXISTS ${inPublic(name)}`);
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
    return { ...(await describe(client, kind, { ...prepared, sampler, seed })), experiment };
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

async function lockTables(client: Client, indexes: readonly IndexDefinition[]): Promise<void> {
  const tables = [...new Set(indexes.map(({ table }) => inPublic(table)))].sort();
  // This is the exclusive lock of DROP INDEX, which both arms hold from the beginning.
  await client.query(`LOCK TABLE ${tables.join(", ")} IN ACCESS EXCLUSIVE MODE`);
}

/** Builds the missing indexes in this transaction. */
async function buildMissing(client: Client, indexes: readonly IndexDefinition[], log: Log): Promise<void> {
  await requireSameDefinitions(client, indexes, true);
  const { missing, invalid, foreign } = await indexesAsTheyAre(client, indexes);
  for (const { name } of foreign) {
    log(`${name}: is the database's own, not built by --apply; it is measured as an index of phase 2`);
  }
  const wanted = [...missing, ...invalid];
  if (wanted.length === 0) return;
  const { rows: levels } = await client.query<{ level: string }>(
    "SELECT current_setting('wal_level') AS level",
  );
  if (levels[0]!.level === "minimal")
    throw unmeasurable("with wal_level=minimal, their writes are not logged");
  for (const { name } of invalid) await client.query(`DROP INDEX ${inPublic(name)}`);
  for (const definition of wanted) {
    const started = performance.now();
    await client.query(definition.statement.replace("CONCURRENTLY ", ""));
    const seconds = (performance.now() - started) / 1000;
    await commentOn(client, definition, seconds);
    log(`${definition.name}: built in ${seconds.toFixed(1)} s, for the time of the experiment`);
  }
  const { rows: unusable } = await client.query(
    "SELECT FROM pg_index WHERE indcheckxmin AND indexrelid = ANY ($1::regclass[])",
    [wanted.map(({ name }) => inPublic(name))],
  );
  if (unusable.length > 0)
    throw unmeasurable("rows were updated a moment ago, and a new index cannot show them yet");
}

function unmeasurable(reason: string): ExpectedError {
  return new ExpectedError(
    `Indexes that are built only for the experiment cannot be measured: ${reason}.`,
    "Build the indexes first: npm run verify-indexes -- --apply.",
  );
}
