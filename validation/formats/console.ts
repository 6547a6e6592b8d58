import { wrap } from "../../common/wrap";
import type { Finding } from "../findings/finding";
import type { QualityReport, TypeCount } from "../report";

/** The headings of the console's blocks. Each is printed before the work on its block begins. */
export const headings = [
  "[1/6] Analyzing heavy room distribution...",
  "[2/6] Analyzing power-law tail...",
  "[3/6] Validating type distributions...",
  "[4/6] Analyzing temporal patterns...",
  "[5/6] Running integrity checks...",
  "[6/6] Generating final assessment...",
] as const;

/** The lines of the heavy-rooms check. */
export function heavyRoomLines(rooms: QualityReport["distribution_analysis"]["heavy_rooms"]): string[] {
  return block(
    `Top 1%: ${rooms.top_1_percent_conversations} convos with ${percent(rooms.top_1_percent_message_share)} of messages`,
    `Top 5%: ${rooms.top_5_percent_conversations} convos with ${percent(rooms.top_5_percent_message_share)} of messages`,
    `Verdict: ${rooms.verdict}`,
  );
}

/** The lines of the power-law-tail check. */
export function powerLawTailLines(tail: QualityReport["distribution_analysis"]["power_law_tail"]): string[] {
  const percentiles = [50, 75, 90, 95, 99] as const;
  return block(
    `Percentiles: ${percentiles.map((p) => `p${p}=${tail[`p${p}`]}`).join(", ")}, max=${tail.max}`,
    `Tail ratio (p99/p50): ${tail.tail_ratio_p99_p50.toFixed(1)}x`,
    `Verdict: ${tail.verdict}`,
  );
}

/** The lines of the type-variety check. */
export function typeLines(types: QualityReport["type_distributions"]): string[] {
  const counted = ({ type, count, percentage }: TypeCount): string =>
    `  ${type}: ${count} (${percent(percentage / 100)})`;
  return block(
    "Conversation types:",
    ...types.conversations.map(counted),
    "Message types:",
    ...types.messages.map(counted),
    `Verdict: ${types.verdict}`,
  );
}

/** The lines of the diurnal-variation check. */
export function temporalLines(temporal: QualityReport["temporal_analysis"]): string[] {
  return block(
    `Peak hours: ${temporal.peak_hours.join(", ") || "none"}`,
    `Diurnal variation: ${temporal.diurnal_variation.toFixed(2)}x (max/min)`,
    `Verdict: ${temporal.verdict}`,
  );
}

/** The lines of the four integrity checks. */
export function integrityLines(integrity: QualityReport["integrity_checks"]): string[] {
  const { pii_safety, referential_integrity, timestamp_ordering, data_completeness } = integrity;
  const { verdict: referentialVerdict, ...orphaned } = referential_integrity;
  const orphans = Object.values(orphaned).reduce((sum, count) => sum + count, 0);
  return block(
    `PII Safety: ${pii_safety.real_email_count} real emails (${pii_safety.verdict})`,
    `Referential integrity: ${orphans} orphaned records (${referentialVerdict})`,
    `Timestamp ordering: ${timestamp_ordering.out_of_order_messages} out-of-order (${timestamp_ordering.verdict})`,
    `Data completeness: ${data_completeness.null_foreign_keys} null FKs (${data_completeness.verdict})`,
  );
}

/** The box with the overall verdict, the number of passed checks, and the recommendations. */
export function closingLines({
  overall_assessment: overall,
  recommendations,
}: Pick<QualityReport, "overall_assessment" | "recommendations">): string[] {
  const verdict = `  OVERALL VERDICT: ${overall.verdict}`;
  return [
    `╔${"═".repeat(47)}╗`,
    `║${verdict.padEnd(47)}║`,
    `╚${"═".repeat(47)}╝`,
    "",
    `Tests passed: ${overall.passed_tests}/${overall.total_tests}`,
    `Ready for Phase 2: ${overall.ready_for_phase2 ? "YES ✓" : "NO ✗"}`,
    "",
    "RECOMMENDATIONS:",
    ...recommendations.flatMap((recommendation) => `  ${wrap(recommendation, 2, 4)}`.split("\n")),
  ];
}

/** The additional findings, problems first. They do not change the verdict. */
export function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const marks = { problem: "✗", notice: "⚠", unknown: "?", good: "✓" } as const;
  const order = Object.keys(marks);
  return [
    "",
    "FURTHER FINDINGS (they do not change the verdict):",
    ...findings
      .toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
      .flatMap(({ outcome, name, measured }) =>
        `  ${wrap(`${marks[outcome]} ${name}: ${measured}`, 2, 4)}`.split("\n"),
      ),
  ];
}

/** Indents the lines of a block below its heading, and adds an empty line. */
function block(...lines: string[]): string[] {
  return [...lines.map((line) => `     ${line}`), ""];
}

/** A percentage as the documented example of these blocks has it, character by character, e.g. `18.2%`. */
function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
