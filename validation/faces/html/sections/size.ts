import type { QualityReport } from "../../../report";
import { bytes, count } from "../format";
import { html, type Markup } from "../markup";
import { table } from "../table";

/** Rows and bytes as they were forecast and as they are. */
export function size({ dataset_size }: QualityReport): Markup | undefined {
  if (dataset_size === undefined) return undefined;
  const { tables, total } = dataset_size;
  const compared = (of: { forecast_bytes: number; actual_bytes: number; ratio: number }) => [
    bytes(of.forecast_bytes),
    bytes(of.actual_bytes),
    of.ratio.toFixed(2),
  ];
  return html`<section aria-labelledby="size">
    <h2 id="size">Size</h2>
    <div class="card">
      <p>
        Forecast: ${bytes(total.forecast_bytes)} in ${count(total.forecast_rows)} rows. Actual:
        ${bytes(total.actual_bytes)} in ${count(total.actual_rows)} rows.
      </p>
      ${table({
        caption: "Size of tables and their indexes, forecast and actual",
        columns: ["Table or index", "Rows forecast", "Rows", "Size forecast", "Size", "Forecast / actual"],
        rows: [
          ...tables.flatMap((each) => [
            [each.table, count(each.forecast_rows), count(each.actual_rows), ...compared(each)],
            ...each.indexes.map((index) => [
              html`<span class="index">${index.index}</span>`,
              "",
              "",
              ...compared(index),
            ]),
          ]),
          [
            html`<strong>All</strong>`,
            count(total.forecast_rows),
            count(total.actual_rows),
            ...compared(total),
          ],
        ],
      })}
    </div>
  </section>`;
}
