import type { Decision, Reason } from "./comparison";
import { isDrifted } from "./drift";
import { hasGained } from "./mix";
import { cautions, machineDrifted } from "./reasons/cautions";
import { gains, noGain } from "./reasons/gains";
import { indexReasons } from "./reasons/indexes";
import type { Circumstances, Measured } from "./reasons/reason";
import { slowerQueries } from "./reasons/slower";
import { targets } from "./reasons/targets";
import { logAlone, writeCost } from "./reasons/writes";

/**
 * Decides on a release of the indexes, with all reasons for and against it.
 *
 * NO-GO, when there is a reason against it:
 * - a query is DEGRADED by at least 0.05 ms, met its target before and misses it now, or missed it before and misses it now
 *   by twice as much or more;
 * - an index is invalid, or no hot query uses it although every insert writes it;
 * - inserts cost over 10 % more, in time or in bytes of write-ahead log, and no query improved; or they cost over 50 % more,
 *   even if queries improved;
 * - no query improved by 0.05 ms or more, and no query with another plan may have improved: an index that no query uses is
 *   written and stored for nothing;
 * - an average query of the mix is slower, because the queries that degraded run more often;
 * - the new indexes are larger than their budget, when one is given.
 *
 * INCONCLUSIVE, when there is no reason against it, but an open one:
 * - a query whose plan changed may be slower by 10 % and 0.05 ms or may have lost its target, any query may take twice as
 *   long or more, or inserts may cost more than allowed;
 * - no query improved, and a query with another plan may have improved;
 * - both captures have the same indexes.
 *
 * GO in all other cases: a query improved, and its price is acceptable. Removed indexes alone need no query that improved.
 *
 * Every index costs the planner some microseconds in the queries of its table. That can be 10 % of the shortest queries, but
 * nobody notices it, hence the 0.05 ms.
 *
 * An index that is not in the plan of a query cannot make it faster, so such an improvement does not count. It can make the
 * query slightly slower, because it uses the planner's time and the caches. In captures that were taken in turns, this
 * counts. In captures that were taken one after the other, the machine may be the cause, so it does not count by itself.
 *
 * If the machine's speed changed by more than 10 % between two captures, no time counts. The decision is then INCONCLUSIVE,
 * or NO-GO by what does not depend on time: plans, invalid indexes, sizes and the write-ahead log.
 */
export function decide(
  measured: Measured,
  circumstances: Circumstances,
): { verdict: Decision; reasons: Reason[] } {
  const { drift } = circumstances;
  const reasons = [
    ...(isDrifted(drift) ? [machineDrifted(drift), ...withoutTime(measured)] : byTime(measured)),
    ...indexReasons(measured, circumstances),
    ...cautions(measured),
  ];
  const order: Reason["weight"][] = ["against", "open", "for", "caution"];
  reasons.sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
  const has = (weight: Reason["weight"]): boolean => reasons.some((reason) => reason.weight === weight);
  return { verdict: has("against") ? "NO-GO" : has("open") ? "INCONCLUSIVE" : "GO", reasons };
}

function byTime(measured: Measured): Reason[] {
  return [
    ...slowerQueries(measured),
    ...targets(measured),
    ...gains(measured),
    ...writeCost(measured, measured.queries.some(hasGained)),
  ];
}

/** What does not depend on the machine's speed: that no plan has changed, and what inserts write to the log. */
function withoutTime(measured: Measured): Reason[] {
  return measured.queries.some(({ plan }) => plan.changed) ? logAlone(measured) : noGain(measured);
}
