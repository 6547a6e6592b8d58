import type { QualityReport } from "../../../report";
import { bytes, count } from "../../../../faces/format";
import { html, type Markup } from "../../../../faces/markup";
import { table } from "../../../../faces/table";

/** Rows and bytes as they were forecast and as they are. */
export function size({ dataset_size }: QualityReport): Markup | undefined {
  if (dataset_size === undefined) return undefined;
  const { tables, total } = dataset_size;
  const compared = (of: { forecast_bytes: number; actual_bytes: number; ratio: number }) => [
    bytes(of.forecast_bytes),
    bytes(of.actual_bytes),
    of.ratio.toFixed(2),
  ];
  const sizes = ["Size forecast", "Size", "Forecast / actual"];
  return html`<section aria-labelledby="size">
    <h2 id="size">Size</h2>
    <div class="card">
      <p>
        Forecast: ${bytes(total.forecast_bytes)} in ${count(total.forecast_rows)} rows. Actual:
        ${bytes(total.actual_bytes)} in ${count(total.actual_rows)} rows.
      </p>
      ${table({
        caption: "Tables without their indexes",
        columns: ["Table", "Rows forecast", "Rows", ...sizes],
        rows: tables.map((each) => [
          each.table,
          count(each.forecast_rows),
          count(each.actual_rows),
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
