import type { QualityReport } from "../../../report";
import { figure } from "../../../../formats/html/chart";
import { alpha, passed, type Point, time } from "../charts/trend";
import { formatInstant, formatSeconds } from "../../../../common/format";
import { html, type Markup } from "../../../../formats/html/markup";
import { table } from "../../../../formats/html/table";
import { badge } from "./verdict";

/** The section with the trend over the earlier reports and this one, which may be one of them. */
export function trend(report: QualityReport, history: readonly QualityReport[]): Markup | undefined {
  const { validation_timestamp: now } = report;
  const points = [...history.filter(({ validation_timestamp }) => validation_timestamp !== now), report]
    .map(point)
    .sort((a, b) => a.date.getTime() - b.date.getTime());
  if (points.length < 2) return undefined;
  return html`<section aria-labelledby="trend">
    <h2 id="trend">Trend</h2>
    <div class="grid">
      ${[passed(points), alpha(points), time(points)].map((chart) => chart && figure(chart))}
    </div>
    <div class="card">
      ${table({
        caption: "Reports, newest first",
        columns: ["Report", "Verdict", "Passed", "Alpha", "Time"],
        rows: points
          .toReversed()
          .map((each) => [
            formatInstant(each.timestamp),
            badge(each.verdict),
            each.passed,
            each.alpha?.toFixed(2) ?? "–",
            formatSeconds(each.seconds),
          ]),
      })}
    </div>
  </section>`;
}

function point({ validation_timestamp, overall_assessment, analysis, checks }: QualityReport): Point {
  return {
    timestamp: validation_timestamp,
    date: new Date(validation_timestamp),
    verdict: overall_assessment.verdict,
    passed: overall_assessment.passed_tests,
    alpha: analysis?.fit?.alpha ?? null,
    seconds: checks.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
