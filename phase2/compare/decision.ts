import { formatPercent } from "../../common/format";
import type { Comparison, Decision, QueryComparison, Reason } from "./comparison";
import { isDrifted } from "./drift";
import { rules } from "./verdict";
import { describeChange, describeGrowth, ms } from "./format";

/** What the decision depends on. */
type Judged = Pick<Comparison, "method" | "queries" | "writes" | "indexes">;

/**
 * Decides on a release of the indexes, with all reasons for and against it.
 *
 * NO-GO, when there is a reason against it:
 * - a query is DEGRADED by at least 0.05 ms, or met its target before and misses it now;
 * - an index is invalid, or no hot query uses it although every insert writes it;
 * - inserts cost over 10 % more, in time or in bytes of write-ahead log, and no query improved; or they cost over 50 % more,
 *   even if queries improved;
 * - no query improved, and no query with another plan may have improved: an index that no query uses is written and stored
 *   for nothing.
 *
 * INCONCLUSIVE, when there is no reason against it, but an open one:
 * - a query whose plan changed may be slower by 10 % and 0.05 ms or may have lost its target, or inserts may cost more than
 *   allowed;
 * - no query improved, and a query with another plan may have improved;
 * - both captures have the same indexes.
 *
 * GO in all other cases: a query improved, and its price is acceptable.
 *
 * Every index costs the planner some microseconds in the queries of its table. That can be 10 % of the shortest queries, but
 * nobody notices it, hence the 0.05 ms.
 *
 * An index that is not in the plan of a query cannot make it faster, so such an improvement does not count. It can make the
 * query slightly slower, because it uses the planner's time and the caches. In captures that were taken in turns, this
 * counts. In captures that were taken one after the other, the machine may be the cause, so it does not count by itself.
 *
 * If the machine's speed changed by more than 10 % between two captures, no time counts. The decision is then INCONCLUSIVE,
 * or NO-GO by what does not depend on time: plans, invalid indexes and the write-ahead log.
 *
 * @param drift of `driftOf`
 */
export function decide(judged: Judged, drift?: number): { verdict: Decision; reasons: Reason[] } {
  const credible = (query: QueryComparison): boolean => judged.method === "in turns" || query.plan.changed;
  const improved = judged.queries.filter(({ verdict, plan }) => verdict === "IMPROVED" && plan.changed);
  const byTime = (): Reason[] => [
    ...judged.queries.flatMap((query) => slower(query, credible(query))),
    ...targets(judged, credible),
    ...(improved.length > 0 ? improvements(improved) : noImprovement(judged)),
    ...writeCost(judged, improved.length > 0),
  ];
  const reasons = [
    ...(isDrifted(drift) ? [machineDrifted(drift), ...withoutTime(judged)] : byTime()),
    ...invalidIndexes(judged),
    ...unusedIndexes(judged),
    ...cautions(judged),
  ];
  const order: Reason["weight"][] = ["against", "open", "for", "caution"];
  reasons.sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
  const has = (weight: Reason["weight"]): boolean => reasons.some((reason) => reason.weight === weight);
  return { verdict: has("against") ? "NO-GO" : has("open") ? "INCONCLUSIVE" : "GO", reasons };
}

const against = (text: string): Reason => ({ weight: "against", text });
const open = (text: string): Reason => ({ weight: "open", text });
const caution = (text: string): Reason => ({ weight: "caution", text });
const nameOf = ({ query, stratum }: QueryComparison): string => `${query} (${stratum})`;

function machineDrifted(drift: number): Reason {
  return open(
    `The machine is ${describeChange(drift)} between the captures, by queries and inserts that the indexes cannot have made so: no time can be compared. Measure in turns (--ab).`,
  );
}

function slower(query: QueryComparison, credible: boolean): Reason[] {
  const { verdict, explanation, ratio, interval, plan, before } = query;
  const slowdown = (factor: number): number => (factor - 1) * before.median_ms;
  if (verdict === "DEGRADED" && slowdown(ratio) < rules.least_slowdown_ms) {
    const short = `by less than ${ms(rules.least_slowdown_ms)}, which does not forbid a release`;
    return [caution(`${nameOf(query)} is ${describeChange(ratio)}, ${short}.`)];
  }
  if (verdict === "DEGRADED" && credible) return [against(`${nameOf(query)}: ${explanation}`)];
  if (verdict === "DEGRADED") {
    return [
      open(
        `${nameOf(query)}: ${explanation} Its plan is the same, so the machine may be the cause; measure in turns (--ab).`,
      ),
    ];
  }
  const most = interval[1];
  const possible = most >= 1 + rules.minimum_effect && slowdown(most) >= rules.least_slowdown_ms;
  if (verdict === "INCONCLUSIVE" && plan.changed && possible) {
    return [open(`${nameOf(query)} has another plan and may be slower: ${explanation}`)];
  }
  return [];
}

function targets({ queries, writes }: Judged, credible: (query: QueryComparison) => boolean): Reason[] {
  const all = [
    ...queries.map((query) => ({ ...query, name: nameOf(query), sure: credible(query) })),
    { ...writes, name: writes.query, sure: true },
  ];
  return all.flatMap(({ name, target, after, sure }) => {
    if (target === undefined) return [];
    const now = `p95 is ${ms(after.p95_ms)}, its target ${ms(target.ms)}`;
    const change = `${target.before} ${target.after}`;
    if (change === "met missed" && sure) return [against(`${name} has lost its target: ${now}.`)];
    if (["met missed", "unsure missed", "met unsure"].includes(change)) {
      return sure || change === "met missed" ? [open(`${name} may have lost its target: ${now}.`)] : [];
    }
    if (change === "missed missed")
      return [caution(`${name} missed its target before and misses it: ${now}.`)];
    return [];
  });
}

function invalidIndexes({ indexes }: Judged): Reason[] {
  return indexes
    .filter(({ change, valid }) => change !== "removed" && !valid)
    .map(({ name }) => against(`Index ${name} is invalid: its build failed, and it serves no query.`));
}

function unusedOf(indexes: Judged["indexes"]): Judged["indexes"] {
  return indexes.filter(({ change, valid, used_by }) => change === "added" && valid && used_by.length === 0);
}

/** Whether inserts of messages, of which the log is measured, write the index. */
function costsInserts({ table }: Judged["indexes"][number], { wal_ratio }: Judged["writes"]): boolean {
  return table === "messages" && wal_ratio > 1;
}

function unusedIndexes({ indexes, writes }: Judged): Reason[] {
  return unusedOf(indexes)
    .filter((index) => costsInserts(index, writes))
    .map(({ name }) =>
      against(`Index ${name} is in the plan of no hot query, and every insert writes it: leave it out.`),
    );
}

function writeCost({ writes }: Judged, paid: boolean): Reason[] {
  const bound = paid ? rules.write_cost_paid : rules.write_cost_unpaid;
  const most = 1 + bound;
  const { ratio, interval, p_holm, wal_ratio, query } = writes;
  const log = `${describeGrowth(wal_ratio)} write-ahead log a row`;
  const cost = `${query}: inserts are ${describeChange(ratio)} and write ${log}`;
  const allowed = paid
    ? `at most ${formatPercent(bound)} more is allowed even though queries improved`
    : `over ${formatPercent(bound)} more needs a query that improved, and none did`;
  const verySlow = p_holm < rules.significance && interval[0] > 1 && ratio > most;
  if (wal_ratio > most || verySlow) return [against(`${cost}: ${allowed}.`)];
  if (interval[1] > most) {
    return [open(`${query}: inserts may be ${describeChange(interval[1])}: ${allowed}.`)];
  }
  return [{ weight: "for", text: `${cost}: within ${formatPercent(bound)}.` }];
}

/** What does not depend on the machine's speed: that no plan has changed, and what inserts write to the log. */
function withoutTime(judged: Judged): Reason[] {
  const { queries, writes } = judged;
  if (!queries.some(({ plan }) => plan.changed)) return noImprovement(judged);
  if (writes.wal_ratio <= 1 + rules.write_cost_paid) return [];
  const log = `${describeGrowth(writes.wal_ratio)} write-ahead log a row`;
  const allowed = `at most ${formatPercent(rules.write_cost_paid)} more is allowed`;
  return [against(`${writes.query}: inserts write ${log}: ${allowed}.`)];
}

function improvements(improved: readonly QueryComparison[]): Reason[] {
  const queries = [...new Set(improved.map(({ query }) => query))];
  return queries.map((query) => {
    const strata = improved.filter((each) => each.query === query);
    const changes = strata.map(({ stratum, ratio }) => `${stratum} ${describeChange(ratio)}`);
    const differences = [...new Set(strata.flatMap(({ plan }) => plan.differences))];
    const how = differences.length > 0 ? ` (${differences.join(", ")})` : "";
    return { weight: "for", text: `${query}: ${changes.join(", ")}${how}.` };
  });
}

function noImprovement({ queries, indexes }: Judged): Reason[] {
  if (indexes.length === 0)
    return [open("Both captures have the same indexes: there is nothing to release.")];
  if (queries.some(({ verdict, plan }) => verdict === "INCONCLUSIVE" && plan.changed)) {
    return [open("No query is certainly faster, but a query with another plan may be. Measure more blocks.")];
  }
  return [against("No query improved: the indexes are written and stored for nothing.")];
}

function cautions({ method, queries, writes, indexes }: Judged): Reason[] {
  const unused = unusedOf(indexes).filter((index) => !costsInserts(index, writes));
  const several = [
    ...queries.map((each) => ({ ...each, name: nameOf(each) })),
    { ...writes, name: writes.query },
  ]
    .filter(({ before, after }) => before.modes.length > 1 || after.modes.length > 1)
    .map(({ name }) => name);
  const lucky = queries.filter(({ verdict, plan }) => verdict === "IMPROVED" && !plan.changed);
  return [
    ...unused.map(({ name }) => caution(`Index ${name} is in the plan of no hot query.`)),
    ...lucky.map((query) =>
      caution(`${nameOf(query)} is faster with the same plan, so the indexes are not the cause.`),
    ),
    ...(several.length > 0
      ? [caution(`The latencies have several modes, so that the median says little: ${several.join(", ")}.`)]
      : []),
    ...(method === "one after the other"
      ? [
          caution(
            "The captures were taken one after the other, so any other change appears as an effect of the indexes. --ab takes them in turns.",
          ),
        ]
      : []),
  ];
}
