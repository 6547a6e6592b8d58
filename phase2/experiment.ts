import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { ExpectedError } from "../runtime/errors";
import { type Log, Progress } from "../runtime/progress";
import type { Capture } from "./capture";
import { commentOn, inPublic } from "./indexes/build";
import { type IndexDefinition, indexesAsTheyAre, readDefinitions } from "./indexes/definitions";
import { Sampler } from "./measure/sampler";
import { withRollback, withPhase2 } from "./measure/session";
import { BLOCKS, describe, prepareCapture, withoutDeadRows } from "./measure/take-capture";
import { QUERIES } from "./queries/query-files";

export interface ExperimentOptions {
  /** Draws the queries' parameters and their order. */
  seed: string;
  /** Both arms are the database as it is: whatever a comparison finds is a false alarm (A/A). */
  equalArms?: boolean;
  /** Blocks of every query in each arm, an even number. Default: 20. */
  blocks?: number;
  /** Passes through a stratum's parameters in a block. Default: as many as fit into half a second, ten at most. */
  passes?: number;
  /** The indexes that are tried. Default: those of `phase-2-indexes.sql`. */
  indexes?: readonly IndexDefinition[];
  /** Folder of the hot queries. Default: `phase2/queries`. */
  queriesFolder?: string;
  log: Log;
}

/** A half of the experiment: without the indexes, or with them. */
interface Arm {
  kind: Capture["kind"];
  drops: readonly IndexDefinition[];
  sampler: Sampler;
  capture?: Capture;
}

/**
 * Measures the hot queries without the indexes and with them in turns, a few seconds each (ABBA BAAB …), so that no
 * drift of machine, caches or table can be taken for the indexes' effect.
 *
 * All of it happens in one transaction that is never committed. Missing indexes are built in it once; for a turn
 * without them they are dropped behind a savepoint, and back again as soon as that is rolled back, for the price of
 * a change in the catalogue. The owner of the tables may do that, no other session ever sees it, and whatever stops the
 * experiment, the server itself puts everything back. (Hiding indexes by `UPDATE pg_index SET indisvalid` would take a
 * superuser, be seen by everyone and survive a kill.) Meanwhile the tables are locked for everybody else: this is for
 * test databases.
 *
 * @param ownerUrl the role that owns the tables
 * @returns the captures without and with the indexes
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

  /** The capture of an arm, within its last turn: with the indexes that it had. */
  async function conclude(client: Client, { kind, sampler }: Arm): Promise<Capture> {
    await sampler.explain();
    return { ...(await describe(client, kind, { ...prepared, sampler, seed })), experiment };
  }
}

type Side = "without" | "with";

/** Which side measures which block, in the order of time: rounds of two blocks, ABBA and BAAB in turn. */
export function turns(blocks: number): { side: Side; block: number }[] {
  return Array.from({ length: blocks }, (_, block) => block).flatMap((block) => {
    const round = Math.floor(block / 2);
    const sides: Side[] = (block + round) % 2 === 0 ? ["without", "with"] : ["with", "without"];
    return sides.map((side) => ({ side, block }));
  });
}

async function lockTables(client: Client, indexes: readonly IndexDefinition[]): Promise<void> {
  const tables = [...new Set(indexes.map(({ table }) => inPublic(table)))].sort();
  // The exclusive lock of DROP INDEX, from the beginning and in both arms.
  await client.query(`LOCK TABLE ${tables.join(", ")} IN ACCESS EXCLUSIVE MODE`);
}

/** Builds in this transaction what is missing. */
async function buildMissing(client: Client, indexes: readonly IndexDefinition[], log: Log): Promise<void> {
  const { missing, invalid } = await indexesAsTheyAre(client, indexes);
  const wanted = [...missing, ...invalid];
  if (wanted.length === 0) return;
  const { rows: levels } = await client.query<{ level: string }>(
    "SELECT current_setting('wal_level') AS level",
  );
  if (levels[0]!.level === "minimal")
    throw unmeasurable("with wal_level=minimal their writes are not logged");
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
  if (unusable.length > 0) throw unmeasurable("rows were updated a moment ago, which they cannot show yet");
}

function unmeasurable(reason: string): ExpectedError {
  return new ExpectedError(
    `Indexes that are built for the time of the experiment cannot be measured: ${reason}.`,
    "Build them first by --apply.",
  );
}
