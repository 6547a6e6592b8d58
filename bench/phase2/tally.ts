import { compareCaptures, type Comparison, type QueryVerdict } from "../../phase2/compare";
import { scaled } from "./planted";
import type { Trial } from "./trial";

const SLOWER = 1.1;
const FASTER = 0.9;

/** What was found in trials of which it is known what there is to be found. */
export interface Found {
  /** Tests in each trial of equal sides, which Holm's correction is over. */
  tests: number;
  /** Blocks of each side. */
  blocks: number;
  /** Both sides were the same: trials in which any query or the inserts were called better or worse. */
  equal: Rate;
  /** Verdicts on all queries and inserts of these trials. */
  verdicts: Record<QueryVerdict, number>;
  /** The latencies of one query, in turn, were 10 % longer or shorter: trials in which it was called that. */
  slower: Rate;
  faster: Rate;
  /** An index that nobody needs: trials in which no query was called better or worse. */
  useless: Rate;
  /** The same: trials that were a GO, of which there should be none. */
  uselessReleased: Rate;
  /** Indexes that inserts pay for: trials that were a NO-GO. */
  harmful: Rate;
}

export interface Rate {
  found: number;
  trials: number;
}

/** Counts what was found. */
export class Tally {
  readonly found: Found = {
    ...{ tests: 0, blocks: 0, equal: none(), slower: none(), faster: none() },
    ...{ useless: none(), uselessReleased: none(), harmful: none() },
    verdicts: { IMPROVED: 0, DEGRADED: 0, NO_CHANGE: 0, INCONCLUSIVE: 0 },
  };

  /** A trial with both sides the same, and again with one of its queries planted to be slower, and faster. */
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

  /** So far, in one line. */
  describe(): string {
    const { equal, slower, faster, useless, harmful } = this.found;
    const rates = { "false alarms": equal, slower, faster, useless, harmful };
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

/** Whether anything was called better or worse. */
function changed({ queries, writes }: Comparison): boolean {
  return [...queries, writes].some(({ verdict }) => verdict === "IMPROVED" || verdict === "DEGRADED");
}
