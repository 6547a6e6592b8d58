import { type MessageProfile, messageProfile } from "../passes/message-profile";
import type { Check } from "../check";
import { round } from "../../common/format";
import type { QualityReport } from "../report";

type Section = Omit<QualityReport["temporal_analysis"], "verdict">;

/** The number of peak hours: three in the morning and three in the evening. */
const PEAK_HOURS = 6;

/** Checks that the day has busy and quiet hours, so that indexes on time have dense and sparse ranges. */
export const diurnalVariation: Check<Section> = {
  key: "diurnal_variation",
  name: "Diurnal variation",
  critical: false,
  async run(snapshot, thresholds) {
    const byHour = messagesByHour((await messageProfile(snapshot)).week);
    // An hour without messages would make the ratio infinite, which JSON cannot represent.
    const ratio = Math.max(...byHour) / Math.max(1, Math.min(...byHour));
    return {
      section: {
        peak_hours: peakHours(byHour),
        diurnal_variation: round(ratio, 2),
        hourly_distribution: byHour,
      },
      passed: ratio > thresholds.diurnalVariation,
      value: ratio,
      measured: `busiest hour / quietest is ${round(ratio, 3)}`,
      threshold: `more than ${thresholds.diurnalVariation}`,
    };
  },
};

/** Messages by hour of the day: 24 counts from midnight on, UTC. */
export function messagesByHour(week: MessageProfile["week"]): number[] {
  return Array.from({ length: 24 }, (_, hour) => week.reduce((sum, day) => sum + day[hour]!, 0));
}

/** The busiest hours that have messages, in ascending order. Of equally busy hours, the earlier ones are taken. */
export function peakHours(byHour: readonly number[]): number[] {
  return [...byHour.keys()]
    .filter((hour) => byHour[hour]! > 0)
    .sort((a, b) => byHour[b]! - byHour[a]! || a - b)
    .slice(0, PEAK_HOURS)
    .sort((a, b) => a - b);
}
