import { formatBytes, formatCount, formatPercent } from "../../../common/format";
import { html, type Markup } from "../../../formats/html/markup";
import { table } from "../../../formats/html/table";
import type { Comparison } from "../../compare/comparison";

/** The section with the indexes in which the captures differ. */
export function indexes({ indexes: changes }: Comparison): Markup {
  return html`<section aria-labelledby="indexes">
    <h2 id="indexes">Indexes</h2>
    <div class="card">
      ${
        changes.length === 0
          ? html`<p>Both captures have the same indexes.</p>`
          : table({
              caption: "Indexes that were added, removed or changed",
              columns: ["Index", "Change", "Size", "Build", "In the plan of"],
              rows: changes.map((index) => [
                index.name,
                index.valid ? index.change : `${index.change}, invalid`,
                formatBytes(index.bytes),
                index.build_seconds === undefined ? "–" : `${index.build_seconds.toFixed(1)} s`,
                index.used_by.join(", ") || "no hot query",
              ]),
            })
      }
      ${
        changes.length > 0 &&
        html`<details>
          <summary>Definitions</summary>
          <pre
            tabindex="0"
            role="group"
            aria-label="Definitions of the indexes"
          ><code>${changes.map(({ definition }) => `${definition};`).join("\n")}</code></pre>
        </details>`
      }
    </div>
  </section>`;
}

/** The section with the conditions of the measurement and the rules of the decision. */
export function conditions({ tables, dataset, settings, seed, rules, cold_by }: Comparison): Markup {
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
      <p>
        NO-GO: a query degraded by at least ${rules.least_slowdown_ms} ms or lost its target, an index is
        invalid, inserts cost over ${formatPercent(rules.write_cost_paid)} more
        (${formatPercent(rules.write_cost_unpaid)} where no query improved), or no query improved. GO: none of
        these, a query improved, and nothing is open. What counts is an improvement with another plan: an
        index speeds up none that it is not in.
      </p>
    </div>
  </section>`;
}
