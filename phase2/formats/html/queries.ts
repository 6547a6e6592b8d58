import { formatMilliseconds, formatPercent } from "../../../common/format";
import { html, type Content, type Markup } from "../../../formats/html/markup";
import { columnHeads } from "../../../formats/html/table";
import type { Comparison, LatencyComparison, QueryComparison, Target } from "../../compare/comparison";
import { pValue, ratioText } from "../../compare/format";
import { isDivided } from "../../compare/latency";
import { verdictBadge } from "./tones";
import { plans } from "./plans";

const columns = ["Query", "Verdict", "Change", "Median", "p95", "p99", "p (Holm)"];

/** The section with every query in every stratum, and with the inserts. */
export function queries({ queries: compared, writes }: Comparison): Markup {
  const bytes = writes.wal_bytes_per_row;
  const log = `Write-ahead log: ${bytes.before.toFixed(0)} → ${bytes.after.toFixed(0)} bytes a row`;
  return html`<section aria-labelledby="queries">
    <h2 id="queries">Queries</h2>
    <div class="card">
      <table class="cards" role="table">
        <caption class="unseen">
          Queries by stratum, with verdicts, changes, and latencies before and after
        </caption>
        ${columnHeads(columns, 4)} ${compared.map((query) => row(query, query.stratum, details(query)))}
        ${row(writes, "inserts", html`<p class="note">${log}</p>`)}
      </table>
    </div>
    <p class="note">
      Times are in milliseconds, as the client saw them, before → after. Changes are of the median, with the
      95 % bootstrap interval of the ratio after/before; p is Mann and Whitney’s, corrected by Holm’s method
      for the number of tests. Blocks of executions are what is ranked and resampled, not single executions,
      which are not independent.
    </p>
  </section>`;
}

function row(
  compared: LatencyComparison & { query: string; title: string },
  stratum: string,
  below: Content,
): Markup {
  const { query, title, verdict, explanation, before, after, ratio, interval, p_holm, target } = compared;
  const times = (of: "median_ms" | "p95_ms" | "p99_ms"): string =>
    `${formatMilliseconds(before[of])} → ${formatMilliseconds(after[of])}`;
  return html`<tbody role="rowgroup">
    <tr role="row">
      <th scope="row" role="rowheader">${query}, ${stratum}<small>${title}</small></th>
      <td role="cell">${verdictBadge(verdict)}</td>
      <td role="cell" data-label="Change">
        <span>${explanation}<small>ratio ${ratioText(ratio, interval)}</small></span>
      </td>
      <td role="cell" class="number" data-label="Median">${times("median_ms")}</td>
      <td role="cell" class="number" data-label="p95">
        <span>${times("p95_ms")}${target && html`<small>${targetText(target)}</small>`}</span>
      </td>
      <td role="cell" class="number" data-label="p99">${times("p99_ms")}</td>
      <td role="cell" class="number" data-label="p (Holm)">${pValue(p_holm)}</td>
    </tr>
    <tr role="row" class="statements">
      <td role="cell" colspan="${columns.length}">${below}</td>
    </tr>
  </tbody>`;
}

function targetText({ ms, before, after }: Target): string {
  return before === after ? `target ${ms}: ${after}` : `target ${ms}: ${before}, then ${after}`;
}

function details(query: QueryComparison): Markup {
  const { cold, verdict, before, after } = query;
  const several = verdict !== "NO_CHANGE" && (isDivided(before) || isDivided(after));
  const modes = ({ modes: all }: typeof before): string =>
    all.map(({ at, share }) => `${formatMilliseconds(at)} (${formatPercent(share, 0)})`).join(", ") ||
    "unknown";
  return html`${
    cold &&
    html`<p class="note">
      First executions after a restart, median: ${formatMilliseconds(cold.before)} →
      ${formatMilliseconds(cold.after)}
    </p>`
  }
  ${
    several &&
    html`<p class="note">
      The median lies between several kinds of latencies: around ${modes(before)} before, and around
      ${modes(after)} after.
    </p>`
  }
  ${plans(query)}`;
}
