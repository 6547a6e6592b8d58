import { icon } from "../../../formats/html/badge";
import { formatCount, formatInstant } from "../../../common/format";
import { type Fact, factList } from "../../../formats/html/facts";
import { html, type Markup } from "../../../formats/html/markup";
import type { Comparison, Reason } from "../../compare/comparison";
import { falseAlarmLine } from "../../compare/equal-arms";
import { describeChange, describeGrowth } from "../../compare/format";
import { tones } from "./tones";

/** The header with the decision and the most important facts. */
export function header(comparison: Comparison, title: string): Markup {
  const { verdict, captured, queries, writes, method } = comparison;
  const improved = queries.filter((query) => query.verdict === "IMPROVED").length;
  const degraded = queries.filter((query) => query.verdict === "DEGRADED").length;
  const rows = comparison.tables.find(({ name }) => name === "messages")?.rows;
  const tone = verdict === "A/A" ? (comparison.reasons.length > 0 ? "caution" : "for") : verdict;
  const facts: Fact[] = [
    ["Database", comparison.database],
    ["PostgreSQL", comparison.server_version],
    ...(rows === undefined ? [] : [["Messages", formatCount(rows)] as Fact]),
    ["Inserts", describeChange(writes.ratio)],
    ["Write-ahead log a row", describeGrowth(writes.wal_ratio)],
    ["Captures taken", method],
  ];
  return html`<header class="page-header">
    <p class="when">
      <time datetime="${captured.before}">${formatInstant(captured.before)}</time> against
      <time datetime="${captured.after}">${formatInstant(captured.after)}</time>
    </p>
    <h1>${title}</h1>
    <div class="verdict card ${tones[tone]}">
      ${
        verdict === "A/A"
          ? html`<p class="word">${icon(tones[tone])}${falseAlarmLine(comparison)}</p>`
          : html`<p class="word">${icon(tones[tone])}<span class="unseen">Verdict: </span>${verdict}</p>
              <dl>
                <div>
                  <dt>Queries improved</dt>
                  <dd>${improved}/${queries.length}</dd>
                </div>
                <div>
                  <dt>Degraded</dt>
                  <dd>${degraded}</dd>
                </div>
              </dl>`
      }
    </div>
    ${factList(facts)}
  </header>`;
}

const words: Record<Reason["weight"], string> = {
  against: "Against",
  open: "Open",
  for: "For",
  caution: "Caution",
};

/** The section with the reasons for the decision, or with the false alarms between equal sides. */
export function reasons({ verdict, reasons: lines, advice }: Comparison): Markup {
  return html`<section aria-labelledby="reasons">
    <h2 id="reasons">${verdict === "A/A" ? "False alarms" : "Reasons"}</h2>
    ${advice !== "" && html`<p class="card">${advice}</p>`}
    ${lines.length === 0 ? html`<p>No difference between the equal sides was called one.</p>` : list(lines)}
  </section>`;
}

function list(lines: readonly Reason[]): Markup {
  return html`<ul class="recommendations card">
    ${lines.map(
      ({ weight, text }) =>
        html`<li>
          <span class="${tones[weight]}"
            >${icon(tones[weight])}<span class="unseen">${words[weight]}: </span></span
          >
          <span>${text}</span>
        </li>`,
    )}
  </ul>`;
}
