import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { QualityReport } from "../../report";
import { ccdf } from "./charts/ccdf";
import { figure } from "./charts/chart";
import { histogram } from "./charts/histogram";
import { hours } from "./charts/hours";
import { lorenz } from "./charts/lorenz";
import { textLengths } from "./charts/text-lengths";
import { week } from "./charts/week";
import { html, Markup } from "./markup";
import { checks } from "./sections/checks";
import { findings } from "./sections/findings";
import { size } from "./sections/size";
import { trend } from "./sections/trend";
import { recommendations, verdict } from "./sections/verdict";

export interface HtmlOptions {
  /** The page's heading. Default: `Dataset quality`. */
  title?: string;
  /** Earlier reports of the same database, for the trend. Default: none. */
  history?: readonly QualityReport[];
}

const style = readFileSync(resolve(__dirname, "style.css"), "utf8");

/** Nothing is loaded and nothing is run; this style sheet alone, known by its hash, is applied. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * The report as one HTML file that opens from disk: no script, no request, charts as inline SVG, for phones and wide
 * screens, light and dark, print, keyboard and screen readers. Equal reports give equal files.
 */
export function htmlReport(
  report: QualityReport,
  { title = "Dataset quality", history = [] }: HtmlOptions = {},
): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${report.overall_assessment.verdict}: ${title}</title>
        ${new Markup(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the results</a>
        ${verdict(report, title)}
        <main id="content" tabindex="-1">
          ${recommendations(report)} ${charts(report)} ${checks(report)} ${findings(report)} ${size(report)}
          ${trend(report, history)}
        </main>
        <footer>
          <p>The checks go over all rows, never a sample. Hours and days are in UTC.</p>
        </footer>
      </body>
    </html> `.text;
}

function charts(report: QualityReport): Markup | undefined {
  const drawn = [histogram, ccdf, lorenz, hours, week, textLengths].flatMap((chart) => chart(report) ?? []);
  if (drawn.length === 0) return undefined;
  return html`<section aria-labelledby="shape">
    <h2 id="shape">Shape of the data</h2>
    <div class="grid">${drawn.map(figure)}</div>
  </section>`;
}
