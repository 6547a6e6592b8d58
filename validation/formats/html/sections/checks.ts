import type { CheckResult, QualityReport } from "../../../report";
import { formatFigure, formatSeconds } from "../../../../common/format";
import { html, type Markup } from "../../../../formats/html/markup";
import { columnHeads } from "../../../../formats/html/table";
import { badge } from "./verdict";

const columns = ["Check", "Verdict", "Measured", "Required", "Value", "Time"];

/** The section with the eight checks, their figures and their SQL statements. */
export function checks({ checks: results }: QualityReport): Markup {
  return html`<section aria-labelledby="checks">
    <h2 id="checks">Checks</h2>
    <div class="card">
      <table class="cards" role="table">
        <caption class="unseen">
          The checks, with their verdicts, figures, bounds, times and statements
        </caption>
        ${columnHeads(columns, 2)} ${results.map(rows)}
      </table>
    </div>
    <p class="note">
      A time is how long the report waited for the check. All checks run at once, and a pass over all messages
      that serves several of them counts only in the first. If a critical check fails, the overall verdict is
      FAIL. If any other check fails, it is WARNING.
    </p>
  </section>`;
}

/** The row of a check, with its statements below. Roles are explicit, because a phone shows the rows as blocks. */
function rows(check: CheckResult): Markup {
  return html`<tbody role="rowgroup" id="check-${check.key}">
    <tr role="row">
      <th scope="row" role="rowheader">${check.name}${check.critical && html`<small>critical</small>`}</th>
      <td role="cell">${badge(check.verdict)}</td>
      <td role="cell" data-label="Measured">${check.measured}</td>
      <td role="cell" data-label="Required">${check.threshold}</td>
      <td role="cell" class="number" data-label="Value">${formatFigure(check.value)}</td>
      <td role="cell" class="number" data-label="Time">${formatSeconds(check.seconds)}</td>
    </tr>
    <tr role="row" class="statements">
      <td role="cell" colspan="${columns.length}">${statements(check)}</td>
    </tr>
  </tbody>`;
}

/** SQL statements in a section that is closed at first. */
export function statements({ name, sql }: { name: string; sql: readonly string[] }): Markup | undefined {
  if (sql.length === 0) return undefined;
  return html`<details>
    <summary>
      SQL<span class="unseen"> of “${name}”</span>${sql.length > 1 && html` (${sql.length} statements)`}
    </summary>
    ${sql.map((text) => html`<pre tabindex="0" role="group" aria-label="Statement of ${name}"><code>${text}</code></pre>`)}
  </details>`;
}
