import { formatBytes, formatMilliseconds, formatPercent } from "../../common/format";
import type { IndexSize } from "./comparison";

/** The name of a cell: a query in one stratum of its parameters, e.g. `Q1 (heaviest rooms)`. */
export function cellName({ query, stratum }: { query: string; stratum: string }): string {
  return `${query} (${stratum})`;
}

/** Describes a ratio of times, e.g. `4.2 % slower` or `12 times as fast`. */
export function describeChange(ratio: number): string {
  if (ratio <= 0.5) return `${times(1 / ratio)} times as fast`;
  if (ratio >= 2) return `${times(ratio)} times as slow`;
  return isSame(ratio)
    ? "the same"
    : `${formatPercent(Math.abs(ratio - 1))} ${ratio > 1 ? "slower" : "faster"}`;
}

/** Describes a ratio of sizes, e.g. `18 % more`. */
export function describeGrowth(ratio: number): string {
  if (ratio >= 2) return `${times(ratio)} times as much`;
  return isSame(ratio) ? "as much" : `${formatPercent(Math.abs(ratio - 1))} ${ratio > 1 ? "more" : "less"}`;
}

/** Whether a ratio differs from 1 by less than 0.05 %, which no measurement here can tell from nothing. */
function isSame(ratio: number): boolean {
  return Math.abs(ratio - 1) < 0.0005;
}

/** A p-value, e.g. `0.031`, `< 0.001`. */
export function pValue(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

const times = (ratio: number): string => String(Number(ratio.toPrecision(ratio < 10 ? 2 : 3)));

/** Milliseconds with three significant digits and their unit, e.g. `0.214 ms`. */
export function ms(value: number): string {
  return `${formatMilliseconds(value)} ms`;
}

/** A ratio with its interval, e.g. `0.10 [0.098, 0.11]`. */
export function ratioText(ratio: number, [low, high]: readonly [number, number]): string {
  const digits = (value: number): string =>
    value < 0.1 ? value.toPrecision(2) : value.toFixed(value < 10 ? 2 : 1);
  return `${digits(ratio)} [${digits(low)}, ${digits(high)}]`;
}

/** The size of the new indexes, e.g. `together 6 MB: 30 % of their tables, 2.3 % of shared_buffers`. */
export function describeSize({ bytes, of_tables, of_shared_buffers }: IndexSize): string {
  const memory =
    of_shared_buffers === undefined ? "" : `, ${formatPercent(of_shared_buffers)} of shared_buffers`;
  return `together ${formatBytes(bytes)}: ${formatPercent(of_tables)} of their tables${memory}`;
}
