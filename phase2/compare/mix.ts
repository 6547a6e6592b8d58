import type { Capture } from "../capture";
import type { Mix, QueryComparison } from "./comparison";
import { rules } from "./verdict";

/** The shares of the queries that were measured, which add up to 1. */
export function mixOf({ frequencies, queries }: Pick<Capture, "frequencies" | "queries">): Mix {
  const names = [...new Set(queries.map(({ query }) => query))];
  const of = frequencies?.of ?? {};
  const total = names.reduce((sum, name) => sum + (of[name] ?? 0), 0);
  if (frequencies === undefined || !(total > 0)) {
    const shares = Object.fromEntries(names.map((name) => [name, 1 / names.length]));
    return { source: "equal shares", shares };
  }
  const shares = Object.fromEntries(names.map((name) => [name, (of[name] ?? 0) / total]));
  return { source: frequencies.source, shares };
}

/** Where the shares come from, in words that end a sentence. */
export const sources: Record<Mix["source"], string> = {
  pg_stat_statements: "shares by the calls in pg_stat_statements",
  "share headers": "shares by the headers of the query files",
  "equal shares": "every query counted equally often",
};

/**
 * The milliseconds by which an average query of the mix became faster, by the cells that `counts` accepts. Each cell has
 * its query's share, divided by the number of the query's strata.
 */
export function gainOf(
  queries: readonly QueryComparison[],
  { shares }: Mix,
  counts: (query: QueryComparison) => boolean,
): number {
  const strata = (name: string): number => queries.filter(({ query }) => query === name).length;
  return queries
    .filter((each) => isProven(each) && counts(each))
    .reduce((sum, each) => sum + ((shares[each.query] ?? 0) / strata(each.query)) * gainOfOne(each), 0);
}

/** The milliseconds by which the median of a query became shorter. It is negative for a query that became slower. */
export function gainOfOne({ before, ratio }: QueryComparison): number {
  return (1 - ratio) * before.median_ms;
}

/** Whether a query has improved by an index, and by enough to pay for one. */
export function hasGained(query: QueryComparison): boolean {
  return query.verdict === "IMPROVED" && query.plan.changed && gainOfOne(query) >= rules.least_gain_ms;
}

/** Whether a query has degraded by so much that it is noticed. */
export function hasLost(query: QueryComparison): boolean {
  return query.verdict === "DEGRADED" && -gainOfOne(query) >= rules.least_slowdown_ms;
}

function isProven(query: QueryComparison): boolean {
  return (query.verdict === "IMPROVED" && query.plan.changed) || query.verdict === "DEGRADED";
}
