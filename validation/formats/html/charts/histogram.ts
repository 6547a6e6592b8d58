import * as Plot from "@observablehq/plot";
import type { QualityReport } from "../../../report";
import { formatCount, formatPercent } from "../../../../common/format";
import type { Chart } from "../../../../formats/html/chart";

/** Half the width of a range, in which two bars are next to each other. */
const BAR = 19;

/** The chart of conversations and messages by conversation size. */
export function histogram(report: QualityReport): Chart | undefined {
  const { histogram: buckets, p50, p99, max } = report.distribution_analysis.power_law_tail;
  const conversations = buckets.reduce((sum, bucket) => sum + bucket.conversations, 0);
  const messages = buckets.reduce((sum, bucket) => sum + bucket.messages, 0);
  if (messages === 0) return undefined;
  const parts = buckets.map((bucket) => ({
    range: bucket.range,
    conversations: bucket.conversations / conversations,
    messages: bucket.messages / messages,
  }));
  return {
    id: "sizes",
    title: "Conversation sizes",
    summary: `Half of the conversations have at most ${formatCount(p50)} messages. One in a hundred has more than ${formatCount(p99)}, and the largest has ${formatCount(max)}.`,
    description:
      "Bar chart: for each range of messages per conversation, the share of all conversations and the share of all messages.",
    legend: [
      { mark: "hollow", text: "share of conversations" },
      { mark: "solid", text: "share of messages" },
    ],
    plot: {
      marginLeft: 34,
      x: { domain: buckets.map(({ range }) => range), padding: 0.16, label: "messages per conversation" },
      y: { tickFormat: (part: number) => formatPercent(part), label: "share" },
      marks: [
        Plot.axisX({ fontSize: 10, tickSize: 0 }),
        Plot.barY(parts, {
          x: "range",
          y: "conversations",
          insetRight: BAR,
          fill: "var(--tint)",
          stroke: "var(--series)",
        }),
        Plot.barY(parts, { x: "range", y: "messages", insetLeft: BAR, fill: "var(--series)" }),
        Plot.ruleY([0]),
      ],
    },
    data: {
      caption: "Conversations and messages by conversation size",
      columns: ["Messages per conversation", "Conversations", "Share", "Messages", "Share"],
      rows: buckets.map((bucket) => [
        bucket.range,
        formatCount(bucket.conversations),
        formatPercent(bucket.conversations / conversations),
        formatCount(bucket.messages),
        formatPercent(bucket.messages / messages),
      ]),
    },
  };
}
