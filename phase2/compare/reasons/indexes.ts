import { formatBytes, formatPercent } from "../../../common/format";
import type { IndexState } from "../../capture";
import type { IndexChange, Reason } from "../comparison";
import { inPublic } from "../../indexes/definitions";
import { priceOf } from "../../indexes/price";
import { against, caution, type Circumstances, inFavour, type Measured } from "./reason";

/** What speaks for or against single indexes, and their size together. */
export function indexReasons(measured: Measured, { limits, idle }: Circumstances): Reason[] {
  const { indexes } = measured;
  return [
    ...indexes.filter(isInvalid).map(invalid),
    ...indexes.filter(isUnused).map((index) => unused(index, measured)),
    ...size(measured, limits.index_budget),
    ...indexes.flatMap(redundant),
    ...indexes.filter(({ own }) => own).map(notBuiltHere),
    ...idle.map(leftBehind),
  ];
}

function isInvalid({ change, valid }: IndexChange): boolean {
  return change !== "removed" && !valid;
}

function invalid({ name, bytes }: IndexChange): Reason {
  return against(
    `Index ${name} is invalid: its build was stopped. It serves no query, takes ${formatBytes(bytes)}, and writes may go on maintaining it. --apply builds it anew; --revert drops it.`,
  );
}

function isUnused({ change, valid, used_by }: IndexChange): boolean {
  return change === "added" && valid && used_by.length === 0;
}

/** Inserts of messages, of which the log is measured, write only the indexes of messages. */
function unused({ name, table }: IndexChange, { writes }: Measured): Reason {
  const where = `Index ${name} is in the plan of no hot query`;
  return table === "messages" && writes.wal_ratio > 1
    ? against(`${where}, and every insert writes it: leave it out.`)
    : caution(`${where}.`);
}

function size(
  { indexes, size: { bytes, of_tables, of_shared_buffers } }: Measured,
  budget?: number,
): Reason[] {
  if (!indexes.some(({ change }) => change === "added")) return [];
  const together = `The new indexes take ${formatBytes(bytes)}, ${formatPercent(of_tables)} of their tables`;
  const limit = budget === undefined ? "" : formatPercent(budget);
  return [
    ...(budget !== undefined && of_tables > budget ? [against(`${together}: the budget is ${limit}.`)] : []),
    ...(budget !== undefined && of_tables <= budget
      ? [inFavour(`${together}: within the budget of ${limit}.`)]
      : []),
    ...(of_shared_buffers !== undefined && of_shared_buffers > 1
      ? [
          caution(
            `The new indexes take ${formatBytes(bytes)}, which is more than shared_buffers: they do not fit into the server's own memory.`,
          ),
        ]
      : []),
  ];
}

function redundant({ name, makes_redundant }: IndexChange): Reason[] {
  return makes_redundant.map((other) =>
    caution(
      `Index ${other} becomes superfluous: ${name} begins with the same columns. To measure without it as well, add to phase2/phase-2-indexes.sql: DROP INDEX CONCURRENTLY IF EXISTS ${inPublic(other)};`,
    ),
  );
}

function notBuiltHere({ name }: IndexChange): Reason {
  return caution(
    `Index ${name} is the database's own: phase 2 did not build it, and --revert leaves it there.`,
  );
}

function leftBehind(index: IndexState): Reason {
  const { name } = index;
  return caution(
    `Index ${name} is invalid in both captures. ${priceOf(index)} To drop it: DROP INDEX CONCURRENTLY ${inPublic(name)};`,
  );
}
