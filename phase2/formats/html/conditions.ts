import { formatBytes, formatCount, formatPercent } from "../../../common/format";
import { html, type Markup } from "../../../formats/html/markup";
import { table } from "../../../formats/html/table";
import type { Comparison } from "../../compare/comparison";

/** The section with the conditions of the measurement and the rules of the decision. */
export function conditions(comparison: Comparison): Markup {
  const { verdict, tables, dataset, settings, seed, rules, cold_by } = comparison;
  return html`<section aria-labelledby="conditions">
    <h2 id="conditions">Conditions</h2>
    <div class="card">
      ${table({
        caption: "Tables",
        columns: ["Table", "Rows", "Size", "Fingerprint"],
        rows: tables.map(({ name, rows, bytes: size }) => [
          name,
          formatCount(rows),
          formatBytes(size),
          dataset[name] ?? "–",
        ]),
      })}
      ${cold_by && html`<p class="note">First executions: after a ${cold_by}.</p>`}
      <details>
        <summary>Settings</summary>
        ${table({
          caption: "Settings that plans and times depend on",
          columns: ["Setting", "Value"],
          rows: [["seed of the parameters", seed], ...Object.entries(settings)],
        })}
      </details>
    </div>
    <div class="card note">
      <p>
        NO CHANGE: the whole ${formatPercent(rules.confidence)} interval lies within
        ±${formatPercent(rules.minimum_effect)}. IMPROVED, DEGRADED: significant (p after Holm below
        ${rules.significance}), the interval on one side of 1 and reaching
        ${formatPercent(rules.minimum_effect)}. INCONCLUSIVE: everything else.
      </p>
      ${
        verdict !== "A/A" &&
        html`<p>
          NO-GO: a query degraded by at least ${rules.least_slowdown_ms} ms, lost its target or misses it by
          twice as much as before, an average query is slower, an index is invalid, inserts cost over
          ${formatPercent(rules.write_cost_paid)} more (${formatPercent(rules.write_cost_unpaid)} where no
          query
          improved)${
            rules.index_budget !== undefined &&
            `, the new indexes take over ${formatPercent(rules.index_budget)} of their tables`
          },
          or no query improved by ${rules.least_gain_ms} ms. GO: none of these, a query improved, and nothing
          is open. What counts is an improvement with another plan: an index speeds up none that it is not in.
        </p>`
      }
    </div>
  </section>`;
}
