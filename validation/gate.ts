import type { QualityReport } from "./report";

/** Which failed checks stop an update: the critical ones (PII, references), all, or none. */
export type QualityGate = "critical" | "all" | "off";

/** Why the gate stays shut: one line for each check that failed and counts. Empty when it opens. */
export function gateFailures({ checks }: QualityReport, gate: QualityGate): string[] {
  if (gate === "off") return [];
  return checks
    .filter(({ verdict, critical }) => verdict !== "PASS" && (critical || gate === "all"))
    .map(({ name, measured, threshold }) => `${name}: ${measured}; required: ${threshold}`);
}
