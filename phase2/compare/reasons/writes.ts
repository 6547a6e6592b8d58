import { formatPercent } from "../../../common/format";
import type { Reason } from "../comparison";
import { describeChange, describeGrowth } from "../format";
import { rules } from "../verdict";
import { against, inFavour, type Measured, open } from "./reason";

/**
 * The price of inserts.
 *
 * @param paid whether a query gained, which pays for more
 */
export function writeCost({ writes }: Pick<Measured, "writes">, paid: boolean): Reason[] {
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
  return [inFavour(`${cost}: within ${formatPercent(bound)}.`)];
}

/** What inserts write to the log, when no time can be compared. */
export function logAlone({ writes }: Pick<Measured, "writes">): Reason[] {
  if (writes.wal_ratio <= 1 + rules.write_cost_paid) return [];
  const log = `${describeGrowth(writes.wal_ratio)} write-ahead log a row`;
  const allowed = `at most ${formatPercent(rules.write_cost_paid)} more is allowed`;
  return [against(`${writes.query}: inserts write ${log}: ${allowed}.`)];
}
