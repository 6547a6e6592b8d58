import { alphaAdvice } from "../advice";
import type { Check } from "../check";
import { formatPercent, round } from "../../common/format";
import type { QualityReport } from "../report";
import { conversationSizes } from "../sizes";

type Section = Omit<QualityReport["distribution_analysis"]["heavy_rooms"], "verdict">;

/** Checks that a few conversations hold a large share of all messages, so that caches and hot index pages are used. */
export const heavyRooms: Check<Section> = {
  key: "heavy_rooms",
  name: "Heavy rooms",
  critical: false,
  async run(snapshot, thresholds) {
    const { topOnePercentShare, topFivePercentShare } = thresholds;
    const sizes = await conversationSizes(snapshot);
    const [one, five] = [sizes.top(1), sizes.top(5)];
    const passed = one.share >= topOnePercentShare && five.share >= topFivePercentShare;
    // The decimals of the console. A share just below its threshold is not rounded up to it.
    const decimals = passed ? 1 : 2;
    return {
      section: {
        top_1_percent_conversations: one.conversations,
        top_1_percent_message_share: round(one.share, 3),
        top_5_percent_conversations: five.conversations,
        top_5_percent_message_share: round(five.share, 3),
      },
      passed,
      value: one.share,
      measured: `top 1 % holds ${formatPercent(one.share, decimals)}, top 5 % holds ${formatPercent(five.share, decimals)} of messages`,
      threshold: `at least ${formatPercent(topOnePercentShare, 2)} and ${formatPercent(topFivePercentShare, 2)}`,
      ...(!passed && { advice: alphaAdvice(sizes, thresholds) }),
    };
  },
};
