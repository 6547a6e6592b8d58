import * as Plot from "@observablehq/plot";
import type { QualityReport } from "../../../report";
import { formatPercent } from "../../../../common/format";
import type { Chart } from "../../../../formats/html/chart";

/** The chart of how unequally messages are distributed over conversations. */
export function lorenz({ analysis, distribution_analysis }: QualityReport): Chart | undefined {
  if (analysis === undefined || analysis.lorenz.length === 0) return undefined;
  const { gini } = analysis;
  // Largest first, so that the share of the largest conversations can be read from the curve.
  const curve = analysis.lorenz
    .map(({ conversations, messages }) => ({ conversations: 1 - conversations, messages: 1 - messages }))
    .reverse();
  const { heavy_rooms: rooms, power_law_tail: tail } = distribution_analysis;
  const all = tail.histogram.reduce((sum, { conversations }) => sum + conversations, 0);
  const tops = (all === 0 ? [] : ([5, 1] as const)).map((percent) => ({
    conversations: rooms[`top_${percent}_percent_conversations`] / all,
    messages: rooms[`top_${percent}_percent_message_share`],
    text: `top ${percent} %`,
  }));
  const point = { x: "conversations", y: "messages" } as const;
  return {
    id: "lorenz",
    title: "Inequality",
    summary: `The largest 1 % of conversations hold ${formatPercent(rooms.top_1_percent_message_share)} of all messages, the largest 5 % hold ${formatPercent(rooms.top_5_percent_message_share)}.${gini === null ? "" : ` Gini coefficient: ${gini.toFixed(2)}.`}`,
    description:
      "Curve of the share of all messages in the largest conversations. A dashed diagonal shows conversations of equal size.",
    legend: [
      {
        mark: "line",
        text: gini === null ? "share of the largest" : `share of the largest, Gini ${gini.toFixed(2)}`,
      },
      { mark: "dashed", text: "equal sizes" },
    ],
    plot: {
      marginRight: 18,
      x: {
        domain: [0, 1],
        tickFormat: (part: number) => formatPercent(part),
        ticks: 5,
        label: "conversations, largest first",
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
        Plot.text(tops, { ...point, text: "text", textAnchor: "start", dx: 8, dy: 6 }),
      ],
    },
    data: {
      caption: "Share of messages by share of conversations, largest first",
      columns: ["Conversations", "Messages"],
      rows: curve.map(({ conversations, messages }) => [
        formatPercent(conversations),
        formatPercent(messages),
      ]),
    },
  };
}
