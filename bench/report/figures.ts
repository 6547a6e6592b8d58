import { median } from "../../statistics/quantile";
import type { PeerRuns } from "../measure";

/** A peer's figures, from the medians of its runs. */
export interface Figures {
  rows: number;
  /** Medians, a phase at a time. */
  phases: Record<string, number>;
  /** Medians of what is timed and does not count. */
  aside: Record<string, number>;
  /** The median of the runs' whole times; not the sum of the phases' medians. */
  seconds: number;
  rowsPerSecond: number;
  /** Of the bytes sent; absent where there are none. */
  bytesPerSecond?: number;
  /** Of the tables on disk. */
  tableBytesPerSecond: number;
}

/** What a peer is compared by. */
export type Scope = "load" | "rows";

/** Whether a peer goes on after its rows, to keys and indexes, as the generator does. */
export function isWholeLoad({ runs }: PeerRuns): boolean {
  return runs.some(({ seconds }) => Object.keys(seconds).length > 1);
}

/** The figures of a peer's whole time, or of its rows alone. Undefined for one that did not run. */
export function figuresOf({ runs }: PeerRuns, scope: Scope): Figures | undefined {
  if (runs.length === 0) return undefined;
  const { rows, bytes, tableBytes } = runs[0]!;
  const seconds = median(runs.map(({ seconds }) => (scope === "rows" ? seconds.rows! : sum(seconds))));
  return {
    rows,
    phases: medians(runs.map(({ seconds }) => seconds)),
    aside: medians(runs.map(({ aside = {} }) => aside)),
    seconds,
    rowsPerSecond: rows / seconds,
    ...(bytes !== undefined && { bytesPerSecond: bytes / seconds }),
    tableBytesPerSecond: tableBytes / seconds,
  };
}

function medians(runs: Record<string, number>[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(runs[0]!).map((phase) => [phase, median(runs.map((seconds) => seconds[phase]!))]),
  );
}

function sum(seconds: Record<string, number>): number {
  return Object.values(seconds).reduce((total, each) => total + each, 0);
}
