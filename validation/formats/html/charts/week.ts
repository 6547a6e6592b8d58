import * as Plot from "@observablehq/plot";
import type { QualityReport } from "../../../report";
import { formatCount, formatHour } from "../../../../common/format";
import type { Chart } from "../../../../formats/html/chart";

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** The number of shades of the heat map, from `--heat-0` on. */
const SHADES = 7;

interface Hour {
  day: string;
  hour: number;
  messages: number;
}

/** The chart of messages by weekday and hour. */
export function week({ analysis }: QualityReport): Chart | undefined {
  const cells = (analysis?.week ?? []).flatMap((byHour, day) =>
    byHour.map((messages, hour): Hour => ({ day: days[day]!, hour, messages })),
  );
  const ascending = cells.toSorted((a, b) => a.messages - b.messages);
  const [quietest, busiest] = [ascending[0], ascending.at(-1)];
  if (quietest === undefined || busiest === undefined || busiest.messages === 0) return undefined;
  const spread = busiest.messages - quietest.messages;
  const shade = ({ messages }: Hour): number =>
    spread === 0 ? 0 : Math.min(SHADES - 1, Math.floor(((messages - quietest.messages) / spread) * SHADES));
  return {
    id: "week",
    title: "Days of the week",
    summary: `Busiest: ${said(busiest)}. Quietest: ${said(quietest)}.`,
    description:
      "Heat map: messages in each hour of each weekday, UTC. More messages have a stronger shade. The busiest hour is outlined.",
    legend: [{ mark: "outline", text: "busiest hour" }],
    plot: {
      marginLeft: 34,
      x: {
        type: "band",
        padding: 0,
        label: "hour, UTC",
        tickFormat: (hour: number) => (hour % 3 === 0 ? String(hour) : ""),
        tickSize: 0,
      },
      y: {
        type: "band",
        padding: 0,
        domain: days,
        grid: false,
        label: null,
        tickFormat: (day: string) => day.slice(0, 3),
        tickSize: 0,
      },
      marks: [
        Plot.cell(cells, {
          x: "hour",
          y: "day",
          fill: (cell: Hour) => `var(--heat-${shade(cell)})`,
          inset: 0.5,
        }),
        Plot.cell([busiest], { x: "hour", y: "day", fill: "none", stroke: "var(--second)", strokeWidth: 2 }),
      ],
      // The values are colours already.
      color: { type: "identity" },
    },
    data: {
      caption: "Messages by weekday and hour, UTC",
      columns: ["Hour", ...days],
      rows: Array.from({ length: 24 }, (_, hour) => [
        formatHour(hour),
        ...analysis!.week.map((byHour) => formatCount(byHour[hour] ?? 0)),
      ]),
    },
  };
}

const said = ({ day, hour, messages }: Hour): string =>
  `${day} ${formatHour(hour)} UTC with ${formatCount(messages)} messages`;
