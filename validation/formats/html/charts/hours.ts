import * as Plot from "@observablehq/plot";
import type { QualityReport } from "../../../report";
import { formatCompact, formatCount, formatHour, formatPercent } from "../../../../common/format";
import type { Chart } from "../../../../formats/html/chart";

/** The chart of messages by hour of the day. */
export function hours(report: QualityReport): Chart | undefined {
  const { hourly_distribution, peak_hours, diurnal_variation } = report.temporal_analysis;
  const total = hourly_distribution.reduce((sum, messages) => sum + messages, 0);
  if (total === 0) return undefined;
  const bars = hourly_distribution.map((messages, hour) => ({
    hour,
    messages,
    peak: peak_hours.includes(hour),
  }));
  const bar = { x: "hour", y: "messages", insetLeft: 0.5, insetRight: 0.5 } as const;
  return {
    id: "hours",
    title: "Hours of the day",
    summary: `The busiest hour has ${diurnal_variation.toFixed(2)} times the messages of the quietest. Peak hours: ${peak_hours.map(formatHour).join(", ")} UTC.`,
    description: "Bar chart: messages in each of the 24 hours of the day, UTC. The peak hours are filled.",
    legend: [
      { mark: "solid", text: "peak hours" },
      { mark: "hollow", text: "other hours" },
    ],
    plot: {
      x: {
        type: "band",
        padding: 0.1,
        label: "hour, UTC",
        tickFormat: (hour: number) => (hour % 3 === 0 ? String(hour) : ""),
        tickSize: 0,
      },
      y: { tickFormat: formatCompact, label: "messages" },
      marks: [
        Plot.barY(
          bars.filter(({ peak }) => !peak),
          { ...bar, fill: "var(--tint)", stroke: "var(--series)" },
        ),
        Plot.barY(
          bars.filter(({ peak }) => peak),
          { ...bar, fill: "var(--series)" },
        ),
        Plot.ruleY([0]),
      ],
    },
    data: {
      caption: "Messages by hour of day, UTC",
      columns: ["Hour", "Messages", "Share", "Peak"],
      rows: bars.map(({ hour, messages, peak }) => [
        formatHour(hour),
        formatCount(messages),
        formatPercent(messages / total),
        peak ? "yes" : "no",
      ]),
    },
  };
}
