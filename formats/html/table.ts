import { html, type Content, type Markup } from "./markup";

/** A table of a report. */
export interface Table {
  caption: string;
  columns: string[];
  /** The first cell of a row is its name. The other cells are aligned to the right. */
  rows: Content[][];
}

/** A table with row and column headers for screen readers, in a region that can be scrolled with the keyboard. */
export function table({ caption, columns, rows }: Table): Markup {
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The column headers of a table that a phone shows as blocks. The last `numbers` columns contain numbers. */
export function columnHeads(columns: readonly string[], numbers: number): Markup {
  const first = columns.length - numbers;
  return html`<thead role="rowgroup">
    <tr role="row">
      ${columns.map(
        (column, index) =>
          html`<th scope="col" role="columnheader" class="${index < first ? "" : "number"}">${column}</th>`,
      )}
    </tr>
  </thead>`;
}
