import { html, type Content, type Markup } from "./markup";

export interface Table {
  caption: string;
  columns: string[];
  /** The first cell of a row names it; numbers and what stands for them are set to the right. */
  rows: Content[][];
}

/** A table whose rows and columns are named for screen readers, in a region that can be scrolled by keyboard. */
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

/** The heads of a table that a phone shows as blocks; the last `numbers` columns hold numbers. */
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
