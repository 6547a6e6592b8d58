import { compareCaptures, type Comparison, type QueryVerdict } from "../../phase2/compare";
import type { PlanChoice } from "./plan-choice";
import { scaled } from "./planted";
import type { Trial } from "./trial";

const SLOWER = 1.1;
const FASTER = 0.9;

/** The results of trials for which the right result is known. */
export interface Found {
  /** The number of tests in each trial with equal sides, over which Holm's correction is made. */
  tests: number;
  /** The number of blocks of each side. */
  blocks: number;
  /** Equal sides: the trials in which a query or the inserts were called better or worse. */
  equal: Rate;
  /** The verdicts on all queries and inserts of these trials. */
  verdicts: Record<QueryVerdict, number>;
  /** One query is made 10 % slower, or faster: the trials in which the verdict says so. */
  slower: Rate;
  faster: Rate;
  /** A useless index: the trials in which no query was called better or worse. */
  useless: Rate;
  /** A useless index: the trials with a GO, of which there should be none. */
  uselessReleased: Rate;
  /** An index changes the choice of plan, to the gain of one query and the loss of another: the trials in which each was found. */
  choiceGain: Rate;
  choiceLoss: Rate;
  /** Harmful indexes, which slow inserts down: the trials with a NO-GO. */
  harmful: Rate;
}

export interface Rate {
  found: number;
  trials: number;
}

/** Counts the results of trials. */
export class Tally {
  readonly found: Found = {
    tests: 0,
    blocks: 0,
    equal: none(),
    slower: none(),
    faster: none(),
    useless: none(),
    uselessReleased: none(),
    choiceGain: none(),
    choiceLoss: none(),
    harmful: none(),
    verdicts: { IMPROVED: 0, DEGRADED: 0, NO_CHANGE: 0, INCONCLUSIVE: 0 },
  };

  /** Adds a trial with equal sides, then with one of its queries made slower, and then faster. */
  addEqual(number: number, { pre, post }: Trial): void {
    const { found } = this;
    const comparison = compareCaptures(pre, post);
    const { queries, writes } = comparison;
    found.tests = queries.length + 1;
    found.blocks = writes.before.blocks;
    for (const { verdict } of [...queries, writes]) found.verdicts[verdict]++;
    count(found.equal, changed(comparison));
    const place = number % queries.length;
    const verdictWith = (factor: number): QueryVerdict =>
      compareCaptures(pre, scaled(post, place, factor)).queries[place]!.verdict;
    count(found.slower, verdictWith(SLOWER) === "DEGRADED");
    count(found.faster, verdictWith(FASTER) === "IMPROVED");
  }

  addUseless({ pre, post }: Trial): void {
    const comparison = compareCaptures(pre, post);
    count(this.found.useless, !changed(comparison));
    count(this.found.uselessReleased, comparison.verdict === "GO");
  }

  addHarmful({ pre, post }: Trial): void {
    count(this.found.harmful, compareCaptures(pre, post).verdict === "NO-GO");
  }

  addPlanChoice({ gainFound, lossFound }: Pick<PlanChoice, "gainFound" | "lossFound">): void {
    count(this.found.choiceGain, gainFound);
    count(this.found.choiceLoss, lossFound);
  }

  /** The results so far in one line. */
  describe(): string {
    const { equal, slower, faster, useless, choiceGain, choiceLoss, harmful } = this.found;
    const plans = { "gain by plan": choiceGain, "loss by plan": choiceLoss };
    const rates = { "false alarms": equal, slower, faster, useless, ...plans, harmful };
    return Object.entries(rates)
      .map(([name, { found, trials }]) => `${name} ${found}/${trials}`)
      .join(", ");
  }
}

const none = (): Rate => ({ found: 0, trials: 0 });

function count(rate: Rate, found: boolean): void {
  rate.trials++;
  if (found) rate.found++;
}

/** Whether a query or the inserts were called better or worse. */
function changed({ queries, writes }: Comparison): boolean {
  return [...queries, writes].some(({ verdict }) => verdict === "IMPROVED" || verdict === "DEGRADED");
}
