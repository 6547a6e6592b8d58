import { median } from "../../statistics/quantile";
import type { PeerRuns } from "../measure";

/** The figures of a peer, from the medians of its runs. */
export interface Figures {
  rows: number;
  /** The median of each phase. */
  phases: Record<string, number>;
  /** The medians of phases that are timed but not compared. */
  aside: Record<string, number>;
  /** The median of the runs' whole times, which is not the sum of the phases' medians. */
  seconds: number;
  rowsPerSecond: number;
  /** The rate of sent bytes. Absent when no bytes are sent. */
  bytesPerSecond?: number;
  /** The rate of table bytes on disk. */
  tableBytesPerSecond: number;
}

/** What is compared: the whole load, or only its rows. */
export type Scope = "load" | "rows";

/** Whether a peer also builds keys and indexes after its rows, as the generator does. */
export function isWholeLoad({ runs }: PeerRuns): boolean {
  return runs.some(({ seconds }) => Object.keys(seconds).length > 1);
}

/** The figures of a peer's whole time, or of its rows only. Undefined for a peer that did not run. */
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
