import type { QueryComparison, Reason } from "../comparison";
import { describeChange, ms } from "../format";
import { hasGained, sources } from "../mix";
import { rules } from "../verdict";
import { against, inFavour, type Measured, open } from "./reason";

/** The queries that gained, and what that means for the mix of all queries; or that none gained. */
export function gains(measured: Measured): Reason[] {
  const gained = measured.queries.filter(hasGained);
  return gained.length === 0 ? noGain(measured) : [...improvements(gained), mixture(measured)];
}

function improvements(gained: readonly QueryComparison[]): Reason[] {
  return [...new Set(gained.map(({ query }) => query))].map((query) => {
    const strata = gained.filter((each) => each.query === query);
    const changes = strata.map(({ stratum, ratio }) => `${stratum} ${describeChange(ratio)}`);
    const differences = [...new Set(strata.flatMap(({ plan }) => plan.differences))];
    const how = differences.length > 0 ? ` (${differences.join(", ")})` : "";
    return inFavour(`${query}: ${changes.join(", ")}${how}.`);
  });
}

function mixture({ gain_ms, mix }: Measured): Reason {
  const by = sources[mix.source];
  return gain_ms >= 0
    ? inFavour(`An average query takes ${ms(gain_ms)} less (${by}).`)
    : against(`An average query takes ${ms(-gain_ms)} more (${by}): what queries gain is lost by others.`);
}

export function noGain({ queries, indexes }: Measured): Reason[] {
  if (indexes.length === 0)
    return [open("Both captures have the same indexes: there is nothing to release.")];
  if (indexes.every(({ change }) => change === "removed")) return removalsAlone(queries);
  if (queries.some(({ verdict, plan }) => verdict === "INCONCLUSIVE" && plan.changed)) {
    return [open("No query is certainly faster, but a query with another plan may be. Measure more blocks.")];
  }
  const small = queries.some(({ verdict, plan }) => verdict === "IMPROVED" && plan.changed);
  return [
    against(
      small
        ? `No query improved by ${ms(rules.least_gain_ms)} or more: the indexes are written and stored for hardly anything.`
        : "No query improved: the indexes are written and stored for nothing.",
    ),
  ];
}

/** Removing an index pays by itself, when no query needs it. */
function removalsAlone(queries: readonly QueryComparison[]): Reason[] {
  const unsure = queries.some(({ verdict, plan }) => verdict === "INCONCLUSIVE" && plan.changed);
  return unsure
    ? [open("A query with another plan may be slower without the removed indexes. Measure more blocks.")]
    : [inFavour("Nothing is written and stored any more for the removed indexes.")];
}
