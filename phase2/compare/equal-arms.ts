import type { Comparison, LatencyComparison, Reason } from "./comparison";
import { cellName } from "./format";

/** The comparison of every query by its name. The last one is that of the inserts. */
export function allCompared({
  queries,
  writes,
}: Pick<Comparison, "queries" | "writes">): (LatencyComparison & { name: string })[] {
  return [
    ...queries.map((each) => ({ ...each, name: cellName(each) })),
    { ...writes, name: `${writes.query} (inserts)` },
  ];
}

/** What was found between two equal sides. */
export function falseAlarms(measured: Pick<Comparison, "queries" | "writes">): Reason[] {
  return allCompared(measured)
    .filter(({ verdict }) => verdict === "IMPROVED" || verdict === "DEGRADED")
    .map(({ name, verdict, explanation }) => ({
      weight: "caution",
      text: `${name} was called ${verdict}: ${explanation}`,
    }));
}

/** The result in one line, e.g. `A/A: 0 false alarms in 15 comparisons`. */
export function falseAlarmLine({ queries, reasons }: Pick<Comparison, "queries" | "reasons">): string {
  const found = reasons.length;
  return `A/A: ${found} false ${found === 1 ? "alarm" : "alarms"} in ${queries.length + 1} comparisons`;
}
