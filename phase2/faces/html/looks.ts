import type { Looks } from "../../../faces/badge";
import { badge } from "../../../faces/badge";
import type { Markup } from "../../../faces/markup";
import type { Decision, QueryVerdict, Reason, TargetState } from "../../compare/comparison";

/** How each word of a comparison looks. */
export const looks: Record<Decision | QueryVerdict | Reason["weight"] | TargetState, Looks> = {
  GO: "pass",
  "NO-GO": "fail",
  INCONCLUSIVE: "warning",
  IMPROVED: "pass",
  DEGRADED: "fail",
  NO_CHANGE: "unknown",
  for: "pass",
  against: "fail",
  open: "warning",
  caution: "warning",
  met: "pass",
  missed: "fail",
  unsure: "warning",
};

/** A verdict as a shape, a colour and words. */
export function verdictBadge(verdict: Decision | QueryVerdict): Markup {
  return badge(looks[verdict], verdict.replace("_", " "));
}
