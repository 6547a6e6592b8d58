import { total, type ValidationStudy } from "../validation/study";
import type { Table } from "./table";
import { formatCount } from "../../common/format";

/** The checks compared with their naive form, both also in multiples of one count of the messages. */
export function validationTable({ messages, count, checks, naive }: ValidationStudy): Table {
  const row = (name: string, ours: number, theirs: number): string[] => [
    name,
    ours.toFixed(2),
    theirs.toFixed(2),
    (ours / count).toFixed(1),
    (theirs / count).toFixed(1),
  ];
  return {
    title: `The eight checks of ${formatCount(messages)} messages; one count(*) by sequential scan takes ${count.toFixed(2)} s`,
    columns: ["check", "seconds", "naive seconds", "in counts", "naive in counts"],
    texts: 1,
    rows: [
      ...Object.entries(checks).map(([key, seconds]) => row(key, seconds, naive[key] ?? 0)),
      row("all eight", total(checks), total(naive)),
    ],
  };
}
