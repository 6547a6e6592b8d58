import * as Plot from "@observablehq/plot";
import type { QualityReport } from "../../../report";
import { formatCompact, formatCount, formatPercent } from "../../../../common/format";
import type { Chart } from "../../../../formats/html/chart";

/** The chart of messages by the length of their text. */
export function textLengths({ analysis }: QualityReport): Chart | undefined {
  const classes = analysis?.textLengths ?? [];
  const total = classes.reduce((sum, { messages }) => sum + messages, 0);
  if (total === 0) return undefined;
  let below = 0;
  const median = classes.find(({ messages }) => (below += messages) >= total / 2)!;
  const every = Math.ceil(classes.length / 8);
  const labelled = new Set(classes.filter((_, index) => index % every === 0).map(({ from }) => from));
  return {
    id: "texts",
    title: "Text lengths",
    summary: `The median length is ${formatCount(median.from)} to ${formatCount(median.to)} bytes. The longest texts have up to ${formatCount(classes.at(-1)!.to)}.`,
    description:
      "Bar chart: messages by length of their text in bytes. Each class is twice as long as the one before.",
    plot: {
      x: {
        type: "band",
        padding: 0.1,
        label: "bytes, from",
        tickFormat: (from: number) => (labelled.has(from) ? formatCount(from) : ""),
        tickSize: 0,
      },
      y: { tickFormat: formatCompact, label: "messages" },
      marks: [Plot.barY(classes, { x: "from", y: "messages", fill: "var(--series)" }), Plot.ruleY([0])],
    },
    data: {
      caption: "Messages by length of text in bytes",
      columns: ["Bytes", "Messages", "Share"],
      rows: classes.map(({ from, to, messages }) => [
        `${formatCount(from)} to ${formatCount(to)}`,
        formatCount(messages),
        formatPercent(messages / total),
      ]),
    },
  };
}
