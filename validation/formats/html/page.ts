import { figure } from "../../../formats/html/chart";
import { html, type Markup } from "../../../formats/html/markup";
import { page } from "../../../formats/html/page";
import type { QualityReport } from "../../report";
import { ccdf } from "./charts/ccdf";
import { histogram } from "./charts/histogram";
import { hours } from "./charts/hours";
import { lorenz } from "./charts/lorenz";
import { textLengths } from "./charts/text-lengths";
import { week } from "./charts/week";
import { checks } from "./sections/checks";
import { findings } from "./sections/findings";
import { size } from "./sections/size";
import { trend } from "./sections/trend";
import { recommendations, verdict } from "./sections/verdict";

export interface HtmlOptions {
  /**
   * The heading of the page.
   *
   * @default Dataset quality
   */
  title?: string;
  /**
   * Earlier reports of the same database, for the trend.
   *
   * @default none
   */
  history?: readonly QualityReport[];
}

/** The report as one HTML file; see `page`. */
export function htmlReport(
  report: QualityReport,
  { title = "Dataset quality", history = [] }: HtmlOptions = {},
): string {
  return page({
    title: `${report.overall_assessment.verdict}: ${title}`,
    header: verdict(report, title),
    main: [
      recommendations(report),
      charts(report),
      checks(report),
      findings(report),
      size(report),
      trend(report, history),
    ],
    footer: "The checks cover all rows, never a sample. Hours and days are in UTC.",
  });
}

function charts(report: QualityReport): Markup | undefined {
  const drawn = [histogram, ccdf, lorenz, hours, week, textLengths].flatMap((chart) => chart(report) ?? []);
  if (drawn.length === 0) return undefined;
  return html`<section aria-labelledby="shape">
    <h2 id="shape">Shape of the data</h2>
    <div class="grid">${drawn.map(figure)}</div>
  </section>`;
}
