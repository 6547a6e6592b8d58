import type { Finding } from "../../../findings/finding";
import type { QualityReport } from "../../../report";
import type { Tone } from "../../../../formats/html/badge";
import { formatSeconds } from "../../../../common/format";
import { html, type Markup } from "../../../../formats/html/markup";
import { columnHeads } from "../../../../formats/html/table";
import { statements } from "./checks";

const columns = ["Finding", "Outcome", "Found", "Expected", "Time"];

/** The tone of each outcome, and a sign for readers who do not see the colour. */
const outcomes: Record<Finding["outcome"], { tone: Tone; sign: string }> = {
  good: { tone: "pass", sign: "✓" },
  notice: { tone: "warning", sign: "!" },
  problem: { tone: "fail", sign: "✗" },
  unknown: { tone: "unknown", sign: "?" },
};

/** The section with the additional findings. */
export function findings({ findings: found }: QualityReport): Markup | undefined {
  if (found === undefined || found.length === 0) return undefined;
  return html`<section aria-labelledby="findings">
    <h2 id="findings">Further findings</h2>
    <p class="note">They do not change the verdict. They say what to know before you trust a measurement.</p>
    <div class="card">
      <table class="cards" role="table">
        <caption class="unseen">
          Additional findings, with what was found and what is expected of a production-like dataset
        </caption>
        ${columnHeads(columns, 1)} ${found.map(rows)}
      </table>
    </div>
  </section>`;
}

function rows(finding: Finding): Markup {
  const { tone, sign } = outcomes[finding.outcome];
  const { name, samples, sql } = finding;
  return html`<tbody role="rowgroup">
    <tr role="row">
      <th scope="row" role="rowheader">${name}<small>${finding.subject}</small></th>
      <td role="cell">
        <span class="badge ${tone}"><span aria-hidden="true">${sign}</span>${finding.outcome}</span>
      </td>
      <td role="cell" data-label="Found">${finding.measured}</td>
      <td role="cell" data-label="Expected">${finding.expected}</td>
      <td role="cell" class="number" data-label="Time">${formatSeconds(finding.seconds)}</td>
    </tr>
    ${
      (samples.length > 0 || sql.length > 0) &&
      html`<tr role="row" class="statements">
        <td role="cell" colspan="${columns.length}">${rowSamples(finding)} ${statements({ name, sql })}</td>
      </tr>`
    }
  </tbody>`;
}

function rowSamples({ name, samples }: Finding): Markup | undefined {
  if (samples.length === 0) return undefined;
  return html`<details>
    <summary>Rows<span class="unseen"> of “${name}”</span> (${samples.length})</summary>
    <ul class="samples">
      ${samples.map(({ table, id, masked }) => html`<li>${table} <code>${id}</code>: <code>${masked}</code></li>`)}
    </ul>
  </details>`;
}
