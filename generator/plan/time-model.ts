import type { DatasetSpec } from "../spec";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The intensity is constant within a slot, milliseconds. */
const SLOT = HOUR / 6;
/** The longest burst, milliseconds: the last burst starts this long before the window's end. */
export const LONGEST_BURST = HOUR / 2;

/** Relative activity by hour of day in UTC, at the middle of the hour: peaks 9-12 and 18-21, quiet nights. */
const HOURS = [
  0.6, 0.5, 0.43, 0.4, 0.42, 0.5, 0.65, 0.9, 1.3, 1.95, 2.1, 2.0, 1.5, 1.35, 1.3, 1.35, 1.4, 1.5, 1.95, 2.2,
  2.05, 1.5, 1.1, 0.8,
];
/** Relative activity by weekday, Sunday first. */
const WEEKDAYS = [0.75, 1.05, 1.05, 1.1, 1.05, 1.1, 0.85];
/** How much busier the end of the window is than its start. */
const GROWTH = 0.3;

/** When things happen: a window of time and the intensity of chatting over it. All instants are Unix milliseconds. */
export interface TimeModel {
  /** Start of the window; no message is older. */
  readonly start: number;
  /** End of the window; nothing at all is younger. */
  readonly end: number;
  /** The instant by which the share `fraction` in [0, 1] of all bursts has started. Ascending. */
  instantAt(fraction: number): number;
  /** The share of all bursts that start before the instant; the inverse of `instantAt` up to a millisecond. */
  fractionAt(instant: number): number;
}

/** The time model of a spec: the integral of the intensity, and its inverse by table. */
export function timeModel(spec: DatasetSpec): TimeModel {
  const end = Date.parse(spec.windowEnd);
  const start = end - spec.windowDays * DAY;
  const slots = Math.floor((end - start - LONGEST_BURST) / SLOT);
  const cumulated = new Float64Array(slots + 1);
  for (let slot = 0; slot < slots; slot++) {
    cumulated[slot + 1] = cumulated[slot]! + intensity(start + (slot + 0.5) * SLOT, slot / slots);
  }
  const total = cumulated[slots]!;
  // guide[i] is the slot in which the share i / slots is reached: every search starts next to its goal.
  const guide = new Int32Array(slots + 1);
  for (let i = 0, slot = 0; i <= slots; i++) {
    while (slot < slots - 1 && cumulated[slot + 1]! <= (i / slots) * total) slot++;
    guide[i] = slot;
  }
  return {
    start,
    end,
    instantAt(fraction) {
      const target = fraction * total;
      let slot = guide[Math.floor(fraction * slots)]!;
      while (slot > 0 && cumulated[slot]! > target) slot--;
      while (slot < slots - 1 && cumulated[slot + 1]! <= target) slot++;
      const into = (target - cumulated[slot]!) / (cumulated[slot + 1]! - cumulated[slot]!);
      return start + Math.floor((slot + into) * SLOT);
    },
    fractionAt(instant) {
      const position = Math.min(Math.max((instant - start) / SLOT, 0), slots);
      const slot = Math.min(Math.floor(position), slots - 1);
      const from = cumulated[slot]!;
      return (from + (position - slot) * (cumulated[slot + 1]! - from)) / total;
    },
  };
}

/** Hour of day (linear between the middles of two hours) x weekday x slow growth. */
function intensity(instant: number, elapsed: number): number {
  const hours = (instant % DAY) / HOUR - 0.5;
  const before = Math.floor(hours);
  const share = hours - before;
  const hourly = HOURS[(before + 24) % 24]! * (1 - share) + HOURS[(before + 1) % 24]! * share;
  return hourly * WEEKDAYS[new Date(instant).getUTCDay()]! * (1 + GROWTH * elapsed);
}
