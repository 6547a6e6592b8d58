import type { Tone } from "../../../formats/html/badge";
import { badge } from "../../../formats/html/badge";
import type { Markup } from "../../../formats/html/markup";
import type { Decision, QueryVerdict, Reason, TargetState } from "../../compare/comparison";

/** The tone of each word of a comparison. */
export const tones: Record<Decision | QueryVerdict | Reason["weight"] | TargetState, Tone> = {
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

/** A verdict as a badge with a shape, a colour and a word. */
export function verdictBadge(verdict: Decision | QueryVerdict): Markup {
  return badge(tones[verdict], verdict.replace("_", " "));
}
