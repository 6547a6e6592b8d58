import * as Plot from "@observablehq/plot";
import type { QualityReport } from "../../../report";
import { formatPercent } from "../../../../common/format";
import type { Chart } from "../../../../formats/html/chart";

/** The chart of how unequally messages are distributed over conversations. */
export function lorenz({ analysis, distribution_analysis }: QualityReport): Chart | undefined {
  if (analysis === undefined || analysis.lorenz.length === 0) return undefined;
  const { gini, lorenz: curve } = analysis;
  const rooms = distribution_analysis.heavy_rooms;
  const tops = [
    { conversations: 0.95, messages: 1 - rooms.top_5_percent_message_share, text: "top 5 %" },
    { conversations: 0.99, messages: 1 - rooms.top_1_percent_message_share, text: "top 1 %" },
  ];
  const point = { x: "conversations", y: "messages" } as const;
  return {
    id: "lorenz",
    title: "Inequality",
    summary: `The largest 1 % of conversations hold ${formatPercent(rooms.top_1_percent_message_share)} of all messages, the largest 5 % hold ${formatPercent(rooms.top_5_percent_message_share)}.${gini === null ? "" : ` Gini coefficient: ${gini.toFixed(2)}.`}`,
    description:
      "Lorenz curve: the share of all messages in the smallest conversations. A dashed diagonal shows conversations of equal size.",
    legend: [
      { mark: "line", text: gini === null ? "Lorenz curve" : `Lorenz curve, Gini ${gini.toFixed(2)}` },
      { mark: "dashed", text: "equal sizes" },
    ],
    plot: {
      marginRight: 18,
      x: {
        domain: [0, 1],
        tickFormat: (part: number) => formatPercent(part),
        ticks: 5,
        label: "conversations, smallest first",
      },
      y: { domain: [0, 1], tickFormat: (part: number) => formatPercent(part), ticks: 5, label: "messages" },
      marks: [
        Plot.areaY(curve, { ...point, fill: "var(--tint)" }),
        Plot.line([0, 1], {
          x: (at: number) => at,
          y: (at: number) => at,
          stroke: "var(--muted)",
          strokeDasharray: "4 4",
        }),
        Plot.line(curve, { ...point, stroke: "var(--second)", strokeWidth: 2 }),
        Plot.dot(tops, { ...point, r: 3.5, fill: "var(--second)" }),
        Plot.text(tops, { ...point, text: "text", textAnchor: "end", dx: -8, dy: -2 }),
      ],
    },
    data: {
      caption: "Share of messages by share of conversations, smallest first",
      columns: ["Conversations", "Messages"],
      rows: curve.map(({ conversations, messages }) => [
        formatPercent(conversations),
        formatPercent(messages),
      ]),
    },
  };
}
