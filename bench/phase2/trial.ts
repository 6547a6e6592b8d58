import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { turns } from "../../phase2/experiment";
import type { Capture } from "../../phase2/capture";
import { identifyRows } from "../../phase2/measure/conditions";
import { Sampler } from "../../phase2/measure/sampler";
import { withRollback, withPhase2 } from "../../phase2/measure/session";
import { describe } from "../../phase2/measure/take-capture";
import { drawParameters, type Cell } from "../../phase2/parameters/parameters";
import { QUERIES, readHotQueries } from "../../phase2/queries/query-files";

/** The measured cells: all kinds of queries and strata once each, with latencies below half a millisecond. */
const CELLS = [
  "Q1 median rooms",
  "Q2 all rooms",
  "Q3 busy users",
  "Q4 cold rooms",
  "Q6 heaviest rooms",
  "Q6 cold rooms",
];
/** The number of blocks of each side. */
export const BLOCKS = 80;
/** The number of passes through the parameters in a block. */
export const PASSES = 2;
export const SEED = "trials";

/** A dataset that is small enough to be in memory as a whole. */
export const SMALL = { messages: 20_000, users: 200, conversations: 200 };

/** Two captures for which the right result is known. */
export interface Trial {
  pre: Capture;
  post: Capture;
}

/**
 * Runs experiments in turns with equal sides.
 *
 * @param use receives each trial
 */
export function equalTrials(
  ownerUrl: string,
  trials: number,
  use: (trial: Trial, number: number) => void,
): Promise<void> {
  return withPhase2(ownerUrl, "The trial", async (client) => {
    const all = await drawParameters(client, readHotQueries(QUERIES), SEED);
    const cells = all.filter(({ query, stratum }) => CELLS.includes(`${query.name} ${stratum}`));
    const rows = await identifyRows(client, ownerUrl);
    for (let number = 0; number < trials; number++) {
      await withRollback(client, { readOnly: false, nested: false }, async () => {
        use(await equalTrial(client, cells, rows), number);
      });
      if (number % 20 === 0) await client.query("VACUUM messages");
    }
  });
}

async function equalTrial(
  client: Client,
  cells: Cell[],
  rows: Awaited<ReturnType<typeof identifyRows>>,
): Promise<Trial> {
  const side = () => new Sampler(client, cells, { seed: SEED, nested: true, passes: PASSES });
  const samplers = { without: side(), with: side() };
  for (const sampler of Object.values(samplers)) await sampler.warmUp();
  for (const { side, block } of turns(BLOCKS)) await samplers[side].block(block);
  const experiment = randomUUID();
  const capture = async (kind: Capture["kind"], sampler: Sampler): Promise<Capture> => {
    await sampler.explain();
    return { ...(await describe(client, kind, { rows, cells, sampler, seed: SEED })), experiment };
  };
  return {
    pre: await capture("pre-optimization", samplers.without),
    post: await capture("post-optimization", samplers.with),
  };
}
