import { messageCounts } from "../message-counts";
import type { Check } from "../check";
import { round } from "../../common/format";
import type { QualityReport } from "../report";

type Section = Omit<QualityReport["temporal_analysis"], "verdict">;

/** How many hours count as the day's peak: a morning and an evening of three hours each. */
const PEAK_HOURS = 6;

/** Busy and quiet hours, so that indexes over time meet dense and sparse ranges. */
export const diurnalVariation: Check<Section> = {
  key: "diurnal_variation",
  name: "Diurnal variation",
  critical: false,
  async run(snapshot, thresholds) {
    const { byHour } = await messageCounts(snapshot);
    // A night hour without any message would make the ratio infinite, for which JSON has no number.
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

/** The busiest hours with messages, ascending; of equally busy ones the earlier. */
export function peakHours(byHour: readonly number[]): number[] {
  return [...byHour.keys()]
    .filter((hour) => byHour[hour]! > 0)
    .sort((a, b) => byHour[b]! - byHour[a]! || a - b)
    .slice(0, PEAK_HOURS)
    .sort((a, b) => a - b);
}
