import type { QualityReport, Verdict } from "../../../report";
import { badge as badgeOf, icon as iconOf, type Tone } from "../../../../formats/html/badge";
import { formatCount, formatInstant, formatSeconds } from "../../../../common/format";
import { type Fact, factList } from "../../../../formats/html/facts";
import { html, type Markup } from "../../../../formats/html/markup";

/** A verdict as a badge with a shape, a colour and a word. */
export const badge = (verdict: Verdict): Markup => badgeOf(tones[verdict], verdict);

const icon = (verdict: Verdict): Markup => iconOf(tones[verdict]);

const tones: Record<Verdict, Tone> = { PASS: "pass", WARNING: "warning", FAIL: "fail" };

/** The header with the overall verdict and the most important facts. */
export function verdict(report: QualityReport, title: string): Markup {
  const { overall_assessment: overall, dataset_summary: summary, checks } = report;
  const facts: Fact[] = [
    ["Messages", formatCount(summary.messages)],
    ["Conversations", formatCount(summary.conversations)],
    ["Users", formatCount(summary.users)],
    ["Attachments", formatCount(summary.attachments)],
    ["Time of the checks", formatSeconds(checks.reduce((sum, { seconds }) => sum + seconds, 0))],
  ];
  return html`<header class="page-header">
    <p class="when">
      <time datetime="${report.validation_timestamp}">${formatInstant(report.validation_timestamp)}</time>
    </p>
    <h1>${title}</h1>
    <div class="verdict card ${overall.verdict.toLowerCase()}">
      <p class="word">${icon(overall.verdict)}<span class="unseen">Verdict: </span>${overall.verdict}</p>
      <dl>
        <div>
          <dt>Checks passed</dt>
          <dd>${overall.passed_tests}/${overall.total_tests}</dd>
        </div>
        <div>
          <dt>Ready for phase 2</dt>
          <dd>${overall.ready_for_phase2 ? "Yes" : "No"}</dd>
        </div>
      </dl>
      <nav class="glance" aria-label="Checks">
        <ul>
          ${checks.map(
            ({ key, name, verdict: each }) =>
              html`<li>
                <a href="#check-${key}" class="${each.toLowerCase()}"
                  >${icon(each)}${name}<span class="unseen">: ${each}</span></a
                >
              </li>`,
          )}
        </ul>
      </nav>
    </div>
    ${factList(facts)}
  </header>`;
}

/** The section with the recommendations. The first character of each is its sign. */
export function recommendations({ recommendations: lines }: QualityReport): Markup {
  return html`<section aria-labelledby="recommendations">
    <h2 id="recommendations">Recommendations</h2>
    <ul class="recommendations card">
      ${lines.map((line) => {
        const [, sign, text] = /^([✓⚠✗])? ?([^]*)$/u.exec(line)!;
        const verdict = sign === undefined ? undefined : signs[sign];
        return html`<li>
          ${verdict && html`<span class="${verdict.toLowerCase()}">${icon(verdict)}<span class="unseen">${verdict}: </span></span>`}
          <span>${text}</span>
        </li>`;
      })}
    </ul>
  </section>`;
}

const signs: Record<string, Verdict | undefined> = { "✓": "PASS", "⚠": "WARNING", "✗": "FAIL" };
