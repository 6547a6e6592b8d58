import { formatBytes, formatMilliseconds } from "../../../common/format";
import { html, type Markup } from "../../../formats/html/markup";
import { table } from "../../../formats/html/table";
import type { Comparison, IndexChange } from "../../compare/comparison";
import { describeSize } from "../../compare/format";
import { sources } from "../../compare/mix";

/** The section with the indexes in which the captures differ, and with the advice on each. */
export function indexes({ indexes: changes, size, mix }: Comparison): Markup {
  return html`<section aria-labelledby="indexes">
    <h2 id="indexes">Indexes</h2>
    <div class="card">
      ${
        changes.length === 0
          ? html`<p>Both captures have the same indexes.</p>`
          : table({
              caption: "Indexes that were added, removed or changed",
              columns: ["Index", "Change", "Advice", "Reason", "Gain of an average query", "Size", "Build"],
              rows: changes.map(row),
            })
      }
      ${size.bytes > 0 && html`<p class="note">The new indexes take ${describeSize(size)}.</p>`}
      ${
        changes.length > 0 &&
        html`<p class="note">
            The gain of an average query counts each query by how often it runs (${sources[mix.source]}).
          </p>
          <details>
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

function row(index: IndexChange): string[] {
  const { name, change, valid, own, advice, advice_reason, gain_ms, bytes, build_seconds } = index;
  return [
    name,
    `${change}${valid ? "" : ", invalid"}${own ? ", the database’s own" : ""}`,
    advice,
    advice_reason,
    index.used_by.length === 0 ? "–" : `${formatMilliseconds(gain_ms)} ms`,
    formatBytes(bytes),
    build_seconds === undefined ? "–" : `${build_seconds.toFixed(1)} s`,
  ];
}
