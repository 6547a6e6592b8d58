import { quoteIdentifier } from "../../postgres/connection";
import type { TableName } from "../tables";
import type { TableInfo } from "./catalogue";
import type { Mismatch } from "./mismatch";

/** The time in which all messages lie, Unix milliseconds. */
export interface Window {
  start: number;
  end: number;
}

/** The tables whose rows all lie in the window. */
const IN_WINDOW: readonly TableName[] = ["messages", "attachments", "message_reads"];

/** What keeps rows of the dataset from finding a partition. */
export function partitionMismatches(name: TableName, { partitions }: TableInfo, window: Window): Mismatch[] {
  if (partitions === null || partitions.strategy === "h") return [];
  const { strategy, column, bounds } = partitions;
  if (strategy !== "r" || column !== "createdAt" || !IN_WINDOW.includes(name)) {
    return [
      {
        where: name,
        problem: `is partitioned by ${column ?? "an expression"}, and the load does not know which partitions that needs`,
        remedy: `Partition ${IN_WINDOW.join(", ")} by range of createdAt, any table by hash, or do not partition it`,
      },
    ];
  }
  if (bounds.includes("DEFAULT")) return [];
  return missingMonths(bounds.map(rangeOf), window).map((month) => ({
    where: name,
    problem: `has no partition for all of ${month.toISOString().slice(0, 7)}, where the dataset has messages`,
    remedy: `Create it, for example with \`${creation(name, month)}\``,
  }));
}

/** The bounds of a partition, Unix milliseconds, from `FOR VALUES FROM ('2025-07-01 00:00:00') TO (MAXVALUE)`. */
function rangeOf(bound: string): [from: number, to: number] {
  const [, from, to] = /FROM \((.*?)\) TO \((.*?)\)$/.exec(bound) ?? [];
  const instant = (text = ""): number => {
    const first = /^'([^']*)'/.exec(text)?.[1];
    if (first === undefined) return text.startsWith("MINVALUE") ? -Infinity : Infinity;
    return Date.parse(`${first.replace(" ", "T").replace(/\+00$/, "")}Z`);
  };
  return [instant(from), instant(to)];
}

/** The months of the window that are not wholly in partitions. */
function missingMonths(ranges: [from: number, to: number][], { start, end }: Window): Date[] {
  const months: Date[] = [];
  const sorted = [...ranges].sort(([a], [b]) => a - b);
  for (let month = monthOf(start); month.getTime() < end; month = next(month)) {
    const last = Math.min(next(month).getTime(), end);
    let covered = Math.max(month.getTime(), start);
    for (const [from, to] of sorted) if (from <= covered && to > covered) covered = to;
    if (covered < last) months.push(month);
  }
  return months;
}

const monthOf = (instant: number): Date => {
  const date = new Date(instant);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()));
};

const next = (month: Date): Date => new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1));

function creation(name: TableName, month: Date): string {
  const [from, to] = [month, next(month)].map((date) => date.toISOString().slice(0, 10));
  const partition = quoteIdentifier(`${name}_${from!.slice(0, 7).replace("-", "_")}`);
  return `CREATE TABLE ${partition} PARTITION OF ${name} FOR VALUES FROM ('${from}') TO ('${to}')`;
}
