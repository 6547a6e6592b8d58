import type { Table } from "./table";
import { footnotes, tablesOf } from "./tables";
import type { Results } from "./results";

/** The results for a terminal, at most 100 columns wide. */
export function consoleText(results: Results): string {
  return [...tablesOf(results).map(layOut), footnotes(results).join("\n")].join("\n\n");
}

function layOut({ title, columns, texts, rows }: Table): string {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: string[]): string =>
    cells
      .map((cell, i) => (i < texts ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [title, line(columns), line(widths.map((width) => "─".repeat(width))), ...rows.map(line)].join("\n");
}
