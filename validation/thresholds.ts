/** The bounds of the quality checks. */
export interface QualityThresholds {
  /** The least share of all messages in the largest 1 % of conversations, 0 to 1. */
  topOnePercentShare: number;
  /** The least share of all messages in the largest 5 % of conversations, 0 to 1. */
  topFivePercentShare: number;
  /** The ratio p99/p50 of conversation sizes must be greater than this. */
  tailRatio: number;
  /** The ratio of the busiest hour of the day to the quietest must be greater than this. */
  diurnalVariation: number;
}

/** The bounds of a band that sets none. */
export const defaultThresholds: QualityThresholds = {
  topOnePercentShare: 0.15,
  topFivePercentShare: 0.3,
  tailRatio: 10,
  diurnalVariation: 1.5,
};
