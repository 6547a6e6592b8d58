import type { QualityReport } from "../../../report";
import { formatBytes, formatCount } from "../../../../common/format";
import { html, type Markup } from "../../../../formats/html/markup";
import { table } from "../../../../formats/html/table";

/** The section with the forecast rows and bytes, and the actual ones. */
export function size({ dataset_size }: QualityReport): Markup | undefined {
  if (dataset_size === undefined) return undefined;
  const { tables, total } = dataset_size;
  const compared = (of: { forecast_bytes: number; actual_bytes: number; ratio: number }) => [
    formatBytes(of.forecast_bytes),
    formatBytes(of.actual_bytes),
    of.ratio.toFixed(2),
  ];
  const sizes = ["Size forecast", "Size", "Forecast / actual"];
  return html`<section aria-labelledby="size">
    <h2 id="size">Size</h2>
    <div class="card">
      <p>
        Forecast: ${formatBytes(total.forecast_bytes)} in ${formatCount(total.forecast_rows)} rows. Actual:
        ${formatBytes(total.actual_bytes)} in ${formatCount(total.actual_rows)} rows.
      </p>
      ${table({
        caption: "Tables without their indexes",
        columns: ["Table", "Rows forecast", "Rows", ...sizes],
        rows: tables.map((each) => [
          each.table,
          formatCount(each.forecast_rows),
          formatCount(each.actual_rows),
          ...compared(each),
        ]),
      })}
      <details>
        <summary>Indexes</summary>
        ${table({
          caption: "Keys and indexes",
          columns: ["Index", ...sizes],
          rows: tables.flatMap(({ indexes }) => indexes.map((each) => [each.index, ...compared(each)])),
        })}
      </details>
    </div>
  </section>`;
}
