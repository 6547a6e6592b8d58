import { runExperiment } from "../../phase2/experiment";
import type { Log } from "../../common/progress";
import { ownLoad } from "../ours/own-load";
import type { Bench } from "../peers/peer";
import { planChoiceTrial } from "./plan-choice";
import { harmful, useless } from "./planted";
import { Tally, type Found } from "./tally";
import { BLOCKS, equalTrials, PASSES, SEED, SMALL, type Trial } from "./trial";

/** The number of trials. A false-alarm rate of 5 % is then known within 3 %. */
const TRIALS = 200;
/** The number of trials with each planted index. */
const PLANTED_TRIALS = 20;

/** How often phase 2 is right when the truth is known. */
export interface Phase2Study extends Found {
  messages: number;
}

/** Runs short real experiments on a small dataset for which the right result is known. */
export async function phase2Study({ server, spec, signal }: Bench, log: Log): Promise<Phase2Study> {
  await server.configure({});
  const { ownerUrl, adminUrl } = await server.newDatabase();
  const { messages } = SMALL;
  await ownLoad({ spec: { ...spec, ...SMALL }, signal }, { ownerUrl, adminUrl }, messages, { workers: 1 });
  await server.checkpoint();
  const tally = new Tally();
  await equalTrials(ownerUrl, TRIALS, (trial, number) => {
    tally.addEqual(number, trial);
    if ((number + 1) % 20 === 0) log(`phase2: ${number + 1} of ${TRIALS} trials, ${tally.describe()}`);
  });
  const planted = (indexes: typeof useless): Promise<Trial> =>
    runExperiment(ownerUrl, { seed: SEED, indexes, blocks: BLOCKS, passes: PASSES, log: () => undefined });
  for (let number = 0; number < PLANTED_TRIALS; number++) {
    tally.addUseless(await planted(useless));
    tally.addHarmful(await planted(harmful));
    tally.addPlanChoice(await planChoiceTrial(ownerUrl, { seed: `${SEED} ${number}` }));
  }
  log(`phase2: ${tally.describe()}`);
  await server.dropDatabase();
  return { messages, ...tally.found };
}
