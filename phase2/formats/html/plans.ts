import { formatCount } from "../../../common/format";
import { html, type Markup } from "../../../formats/html/markup";
import type { Plan, QueryComparison } from "../../compare/comparison";

/** Both plans, in a section that is closed at first. A line that the other plan does not have is marked. */
export function plans({ query, stratum, plan }: QueryComparison): Markup {
  const name = `${query}, ${stratum}`;
  const what = plan.changed ? `Plan: ${plan.differences.join(", ")}` : "Plan: the same";
  return html`<details>
    <summary>${what}<span class="unseen"> of ${name}</span></summary>
    <div class="plans">
      ${side("Before", name, plan.before, plan.after, "−")}
      ${plan.changed && side("After", name, plan.after, plan.before, "+")}
    </div>
    <p class="note">
      Pages in shared buffers: ${formatCount(plan.before.buffers_hit)} →
      ${formatCount(plan.after.buffers_hit)}; read from outside: ${formatCount(plan.before.buffers_read)} →
      ${formatCount(plan.after.buffers_read)}.
    </p>
  </details>`;
}

function side(title: string, name: string, { nodes }: Plan, other: Plan, mark: string): Markup {
  const known = new Set(other.nodes.map(({ text }) => text));
  const lines = nodes.map(
    ({ depth, text, rows }) =>
      `${known.has(text) ? " " : mark} ${"  ".repeat(depth)}${text} (${formatCount(rows)} ${rows === 1 ? "row" : "rows"})`,
  );
  return html`<div>
    <h3>${title}</h3>
    <pre
      tabindex="0"
      role="group"
      aria-label="${title}: plan of ${name}"
    ><code>${lines.join("\n")}</code></pre>
  </div>`;
}
