import type { DatasetSpec } from "../spec";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The length of a slot, milliseconds. The intensity is constant within a slot. */
const SLOT = HOUR / 6;
/** The longest burst, milliseconds. The last burst starts at least this long before the window's end. */
export const LONGEST_BURST = HOUR / 2;

/** Relative activity at the middle of each hour of the day, UTC. It peaks at 9-12 and 18-21 and is low at night. */
const HOURS = [
  0.6, 0.5, 0.43, 0.4, 0.42, 0.5, 0.65, 0.9, 1.3, 1.95, 2.1, 2.0, 1.5, 1.35, 1.3, 1.35, 1.4, 1.5, 1.95, 2.2,
  2.05, 1.5, 1.1, 0.8,
];
/** Relative activity by weekday, Sunday first. */
const WEEKDAYS = [0.75, 1.05, 1.05, 1.1, 1.05, 1.1, 0.85];
/** By which share the end of the window is busier than its start. */
const GROWTH = 0.3;

/** A window of time and the intensity of chatting over it. All instants are Unix milliseconds. */
export interface TimeModel {
  /** The start of the window. No message is older. */
  readonly start: number;
  /** The end of the window. No event is later. */
  readonly end: number;
  /** The instant by which the share `fraction` (0 to 1) of all bursts has started. It increases with the fraction. */
  instantAt(fraction: number): number;
  /** The share of all bursts that start before the instant. It is the inverse of `instantAt`, within a millisecond. */
  fractionAt(instant: number): number;
}

/** Makes the time model of a spec: a table of the intensity's integral, and the search in it. */
export function timeModel(spec: DatasetSpec): TimeModel {
  const end = Date.parse(spec.windowEnd);
  const start = end - spec.windowDays * DAY;
  const slots = Math.floor((end - start - LONGEST_BURST) / SLOT);
  const cumulated = new Float64Array(slots + 1);
  for (let slot = 0; slot < slots; slot++) {
    cumulated[slot + 1] = cumulated[slot]! + intensity(start + (slot + 0.5) * SLOT, slot / slots);
  }
  const total = cumulated[slots]!;
  // guide[i] is the slot in which the share i / slots is reached. A search starts there, close to its goal.
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

/** The intensity: hour of day (linear between the middles of two hours) x weekday x slow growth. */
function intensity(instant: number, elapsed: number): number {
  const hours = (instant % DAY) / HOUR - 0.5;
  const before = Math.floor(hours);
  const share = hours - before;
  const hourly = HOURS[(before + 24) % 24]! * (1 - share) + HOURS[(before + 1) % 24]! * share;
  return hourly * WEEKDAYS[new Date(instant).getUTCDay()]! * (1 + GROWTH * elapsed);
}
