import { alphaAdvice } from "../advice";
import type { Check } from "../check";
import { round } from "../../common/format";
import type { QualityReport } from "../report";
import { conversationSizes } from "../sizes";

type Section = Omit<QualityReport["distribution_analysis"]["power_law_tail"], "verdict">;

/** Checks that conversation sizes are as skewed as in production: few very large rooms and many small ones. */
export const powerLawTail: Check<Section> = {
  key: "power_law_tail",
  name: "Power-law tail",
  critical: false,
  async run(snapshot, thresholds) {
    const sizes = await conversationSizes(snapshot);
    const [p50, p99] = [sizes.percentile(50), sizes.percentile(99)];
    const ratio = p50 === 0 ? 0 : p99 / p50;
    const passed = ratio > thresholds.tailRatio;
    return {
      section: {
        p50,
        p75: sizes.percentile(75),
        p90: sizes.percentile(90),
        p95: sizes.percentile(95),
        p99,
        max: sizes.max,
        tail_ratio_p99_p50: round(ratio, 1),
        histogram: sizes.histogram(),
      },
      passed,
      value: ratio,
      measured: `p99/p50 is ${round(ratio, 2)}`,
      threshold: `more than ${thresholds.tailRatio}`,
      ...(!passed && { advice: alphaAdvice(sizes, thresholds) }),
    };
  },
};
