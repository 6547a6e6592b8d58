import type { IndexState } from "../../capture";
import type { Comparison, QueryComparison, Reason, Rules } from "../comparison";

/** What the decision depends on. */
export type Measured = Pick<
  Comparison,
  "method" | "mix" | "gain_ms" | "queries" | "writes" | "indexes" | "size"
>;

/** What else the decision depends on. */
export interface Circumstances {
  limits: Rules;
  /** The change of the machine's speed between the captures, by `driftOf`. */
  drift: number | undefined;
  /** Invalid indexes that both captures have. */
  idle: readonly IndexState[];
}

export const against = (text: string): Reason => ({ weight: "against", text });
export const open = (text: string): Reason => ({ weight: "open", text });
export const inFavour = (text: string): Reason => ({ weight: "for", text });
export const caution = (text: string): Reason => ({ weight: "caution", text });

/**
 * Whether an effect on the query may be due to the indexes. Between captures that were taken one after the other, the
 * machine may be the cause when the plan is the same.
 */
export function isCredible({ plan }: QueryComparison, { method }: Pick<Comparison, "method">): boolean {
  return method === "in turns" || plan.changed;
}
