import { describeMachine } from "./machine";
import type { Results } from "./results";
import type { Table } from "./table";
import { tablesOf } from "./tables";
import { formatCount } from "../../common/format";

/** The results as Markdown, with the machine on which they were measured. */
export function markdownText(results: Results): string {
  const { machine, date, spec } = results;
  const origin = `Medians at ${formatCount(spec.messages)} messages on ${describeMachine(machine)}; ${date.slice(0, 10)}. Ours is: how many times as fast, by rows a second.`;
  return [...tablesOf(results).map(layOut), origin].join("\n\n");
}

function layOut({ title, columns, texts, rows }: Table): string {
  const line = (cells: string[]): string => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, i) => (i < texts ? "---" : "---:"));
  return [`**${title}**`, "", line(columns), line(rule), ...rows.map(line)].join("\n");
}
