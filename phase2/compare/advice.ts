import type { Advice, Comparison, IndexChange, QueryComparison } from "./comparison";
import { isDrifted } from "./drift";
import { cellName, describeChange } from "./format";
import { hasGained, hasLost } from "./mix";

/** What the advice on an index depends on. */
export interface Judged extends Pick<Comparison, "method" | "queries" | "writes"> {
  /** The change of the machine's speed between the captures, by `driftOf`. */
  drift: number | undefined;
}

/**
 * The advice on one index, by the queries whose plan uses it.
 *
 * - `leave out`: it is invalid; no hot query uses it; queries with it degraded and none gained; or no query with it may have
 *   gained. A removed index is to be left in when a query degraded without it.
 * - `release`: a query with it gained and none degraded. A removed index goes when no query that used it may be slower.
 * - `undecided`: all other cases, and all times when the machine's speed changed between the captures.
 */
export function adviceOn(
  { valid, change }: Pick<IndexChange, "valid" | "change">,
  { queries, drift }: Judged,
  uses: (query: QueryComparison) => boolean,
): { advice: Advice; advice_reason: string } {
  const give = (advice: Advice, advice_reason: string) => ({ advice, advice_reason });
  const using = queries.filter(uses);
  if (!valid && change !== "removed") return give("leave out", "it is invalid");
  if (using.length === 0) {
    return change === "removed"
      ? give("release", "no hot query used it")
      : give("leave out", "it is in the plan of no hot query");
  }
  if (isDrifted(drift)) return give("undecided", "the machine's speed changed between the captures");
  const lost = using.filter(hasLost);
  const gained = using.filter(hasGained);
  const open = using.filter(({ verdict, plan }) => verdict === "INCONCLUSIVE" && plan.changed);
  if (change === "removed") {
    if (lost.length > 0) return give("leave out", `without it ${described(lost)}`);
    if (open.length > 0) return give("undecided", `without it ${named(open)} may be slower`);
    return give("release", "no query is slower without it");
  }
  if (lost.length > 0) {
    const slower = `with it ${described(lost)}`;
    return gained.length > 0
      ? give("undecided", `${slower}, and ${described(gained)}`)
      : give("leave out", slower);
  }
  if (gained.length > 0) return give("release", `with it ${described(gained)}`);
  if (open.length > 0) return give("undecided", `with it ${named(open)} may be faster`);
  return give("leave out", `it makes ${named(using)} no faster`);
}

/** The advice on all indexes in one sentence. */
export function adviceSentence(changes: readonly IndexChange[]): string {
  const parts = (["release", "leave out", "undecided"] as const).flatMap((advice) => {
    const names = changes
      .filter((each) => each.advice === advice)
      .map(({ name, change }) => (change === "removed" ? `the removal of ${name}` : name));
    return names.length === 0 ? [] : [`${advice}${advice === "undecided" ? ":" : ""} ${names.join(", ")}`];
  });
  const sentence = parts.join("; ");
  return sentence === "" ? "" : `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;
}

function described(queries: readonly QueryComparison[]): string {
  return queries.map((each) => `${named([each])} is ${describeChange(each.ratio)}`).join(", ");
}

function named(queries: readonly QueryComparison[]): string {
  return queries.map(cellName).join(", ");
}
