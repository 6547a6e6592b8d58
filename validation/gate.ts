import type { QualityReport } from "./report";

/** Which failed checks stop an update: only critical ones (personal data, references), all, or none. */
export type QualityGate = "critical" | "all" | "off";

/** One line for each failed check that stops an update. The list is empty when the update may continue. */
export function gateFailures({ checks }: QualityReport, gate: QualityGate): string[] {
  if (gate === "off") return [];
  return checks
    .filter(({ verdict, critical }) => verdict !== "PASS" && (critical || gate === "all"))
    .map(({ name, measured, threshold }) => `${name}: ${measured}; required: ${threshold}`);
}
