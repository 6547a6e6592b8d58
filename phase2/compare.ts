import type { Capture } from "./capture";
import { requireComparable, takenInTurns } from "./compare/agreement";
import type { Comparison, LatencyComparison, Pair } from "./compare/comparison";
import { decide } from "./compare/decision";
import { driftOf } from "./compare/drift";
import { cellName } from "./compare/format";
import { adviceSentence } from "./compare/advice";
import { falseAlarms } from "./compare/equal-arms";
import { differencesOf, indexChanges, sizeOf } from "./compare/indexes";
import { gainOf, mixOf } from "./compare/mix";
import { type Blocks, changeOf, latencyOf, targetOf } from "./compare/latency";
import { planChange } from "./compare/plan";
import { rules, verdictOf } from "./compare/verdict";
import { holm } from "../statistics/holm";
import { median } from "../statistics/quantile";

export type { Comparison, Decision, QueryVerdict } from "./compare/comparison";

export interface ComparisonOptions {
  /**
   * The largest acceptable size of all new indexes together, as a share of their tables: 0.2 is 20 %.
   *
   * @default none
   */
  budget?: number | undefined;
}

/**
 * Compares two captures and decides on the release of the indexes. Equal captures give equal comparisons.
 *
 * @throws ExpectedError when the captures are swapped or incomplete, or were taken under different conditions
 */
export function compareCaptures(pre: Capture, post: Capture, { budget }: ComparisonOptions = {}): Comparison {
  requireComparable(pre, post);
  const inTurns = takenInTurns(pre, post);
  const later = new Map(post.queries.map((each) => [cellName(each), each]));
  const pairs = pre.queries.map((before) => ({ before, after: later.get(cellName(before))! }));
  const [writesJudged, ...judged] = judge(
    [
      {
        name: pre.writes.query,
        target_ms: pre.writes.target_ms,
        before: pre.writes.insert_ms,
        after: post.writes.insert_ms,
      },
      ...pairs.map(({ before, after }) => ({
        name: cellName(before),
        target_ms: before.target_ms,
        before: before.warm_ms,
        after: after.warm_ms,
      })),
    ],
    inTurns,
  );
  const queries = pairs.map(({ before, after }, i) => ({
    query: before.query,
    title: before.title,
    stratum: before.stratum,
    ...judged[i]!,
    rows: before.rows,
    ...(before.cold_ms?.length &&
      after.cold_ms?.length && { cold: { before: median(before.cold_ms), after: median(after.cold_ms) } }),
    plan: planChange({ before: before.plan, after: after.plan }),
  }));
  const wal = { before: pre.writes.wal_bytes_per_row, after: post.writes.wal_bytes_per_row };
  const writes = {
    query: pre.writes.query,
    title: pre.writes.title,
    ...writesJudged!,
    wal_bytes_per_row: wal,
    wal_ratio: wal.after / wal.before,
  };
  const method = inTurns ? ("in turns" as const) : ("one after the other" as const);
  const differences = differencesOf(pre, post);
  const drift = driftOf({ method, queries, writes }, differences);
  const mix = mixOf(pre);
  const indexes = indexChanges(
    differences,
    { before: pre, after: post },
    { method, queries, writes, drift },
    mix,
  );
  const measured = {
    method,
    mix,
    gain_ms: gainOf(queries, mix, () => true),
    queries,
    writes,
    indexes,
    size: sizeOf(indexes, post),
  };
  const limits = { ...rules, ...(budget !== undefined && { index_budget: budget }) };
  const idle = post.indexes.filter(
    ({ name, valid }) => !valid && !indexes.some((each) => each.name === name),
  );
  const { server_version, database, seed, settings, dataset } = pre.conditions;
  return {
    version: 1,
    ...(pre.equal_arms && post.equal_arms
      ? { verdict: "A/A", reasons: falseAlarms(measured) }
      : decide(measured, { limits, drift, idle })),
    advice: adviceSentence(indexes),
    captured: { before: pre.captured_at, after: post.captured_at },
    server_version,
    database,
    seed,
    settings,
    dataset,
    tables: post.tables,
    ...(pre.cold_by !== undefined && post.cold_by !== undefined && { cold_by: post.cold_by }),
    rules: limits,
    ...measured,
  };
}

interface Samples extends Pair<Blocks> {
  name: string;
  target_ms: number | undefined;
}

/** Judges all series together, because with more series it is more likely that one of them differs by chance. */
function judge(all: readonly Samples[], inTurns: boolean): LatencyComparison[] {
  const changes = all.map(({ name, before, after }) => changeOf(name, before, after, inTurns));
  const corrected = holm(changes.map(({ p }) => p));
  return all.map(({ name, target_ms, before, after }, i) => {
    const change = { ...changes[i]!, p_holm: corrected[i]! };
    const latencies = { before: latencyOf(before), after: latencyOf(after) };
    return {
      ...verdictOf(change, latencies.after.median_ms / latencies.before.median_ms),
      ...latencies,
      ...change,
      ...(target_ms !== undefined && { target: targetOf(name, target_ms, { before, after }) }),
    };
  });
}
