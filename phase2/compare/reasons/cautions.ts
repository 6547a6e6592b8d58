import type { Reason } from "../comparison";
import { allCompared } from "../equal-arms";
import { cellName, describeChange } from "../format";
import { isDivided } from "../latency";
import { caution, type Measured, open } from "./reason";

export function machineDrifted(drift: number): Reason {
  return open(
    `The machine is ${describeChange(drift)} between the captures, by queries and inserts that the indexes cannot have made so: no time can be compared. Measure in turns (--ab).`,
  );
}

/** What a reader should know, although it does not influence the decision. */
export function cautions(measured: Measured): Reason[] {
  const lucky = measured.queries.filter(({ verdict, plan }) => verdict === "IMPROVED" && !plan.changed);
  const divided = allCompared(measured)
    .filter(
      ({ verdict, before, after }) => verdict !== "NO_CHANGE" && (isDivided(before) || isDivided(after)),
    )
    .map(({ name }) => name);
  return [
    ...lucky.map((query) =>
      caution(`${cellName(query)} is faster with the same plan, so the indexes are not the cause.`),
    ),
    ...(divided.length > 0
      ? [
          caution(
            `The median lies between several kinds of latencies, so that hardly any execution takes that long: ${divided.join(", ")}.`,
          ),
        ]
      : []),
    ...(measured.method === "one after the other"
      ? [
          caution(
            "The captures were taken one after the other, so any other change appears as an effect of the indexes. --ab takes them in turns.",
          ),
        ]
      : []),
  ];
}
