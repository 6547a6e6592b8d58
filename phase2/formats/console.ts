import { styleText } from "node:util";
import { formatBytes, formatMilliseconds } from "../../common/format";
import type { Comparison, Decision, LatencyComparison, QueryVerdict, Reason } from "../compare/comparison";
import { falseAlarmLine } from "../compare/equal-arms";
import { describeGrowth, describeSize, pValue, ratioText } from "../compare/format";
import { isDivided } from "../compare/latency";

const WIDTH = 80;
const marks: Record<Reason["weight"], string> = { against: "✗", open: "?", for: "✓", caution: "!" };
const colours: Record<Decision | QueryVerdict | Reason["weight"], "green" | "red" | "yellow" | "dim"> = {
  GO: "green",
  "NO-GO": "red",
  INCONCLUSIVE: "yellow",
  IMPROVED: "green",
  DEGRADED: "red",
  NO_CHANGE: "dim",
  for: "green",
  against: "red",
  open: "yellow",
  caution: "dim",
};

/**
 * The comparison for a terminal, at most 80 columns wide.
 *
 * @param colour whether words are coloured
 * @default colour on a terminal, unless NO_COLOR is set
 */
export function comparisonLines(
  comparison: Comparison,
  colour = process.stdout.isTTY && !process.env.NO_COLOR,
): string[] {
  const paint = painter(colour);
  return [
    ...heading(comparison, paint),
    ...(comparison.advice === "" ? [] : [...wrapped(comparison.advice, ""), ""]),
    ...comparison.reasons.flatMap(({ weight, text }) => {
      const [first, ...rest] = wrapped(text, "  ");
      return [`${paint(weight, marks[weight])} ${first!.trimStart()}`, ...rest];
    }),
    "",
    ...queryLines(comparison, paint),
    ...indexLines(comparison),
  ];
}

type Paint = (word: keyof typeof colours, text: string) => string;

/** The verdict in a box, or the number of false alarms between two equal sides. */
function heading(comparison: Comparison, paint: Paint): string[] {
  const { verdict } = comparison;
  if (verdict === "A/A") return [falseAlarmLine(comparison)];
  return [
    `╔${"═".repeat(47)}╗`,
    `║${paint(verdict, `  INDEX VERDICT: ${verdict}`.padEnd(47))}║`,
    `╚${"═".repeat(47)}╝`,
    "",
  ];
}

function queryLines({ queries, writes }: Comparison, paint: Paint): string[] {
  const lines = (
    each: LatencyComparison & { query: string },
    stratum: string,
    more: readonly string[],
  ): string[] => [
    `${each.query.padEnd(4)} ${stratum.padEnd(15)} ${latency(each).padEnd(20)} ${ratioText(each.ratio, each.interval).padStart(22)}  ${paint(each.verdict, each.verdict)}`,
    ...wrapped(details(each, more), "     "),
  ];
  const wal = writes.wal_bytes_per_row;
  const log = `log a row ${wal.before.toFixed(0)} → ${wal.after.toFixed(0)} bytes (${describeGrowth(writes.wal_ratio)})`;
  return [
    `${"".padEnd(21)}${"median ms".padEnd(20)}${"ratio [95 % interval]".padStart(23)}`,
    ...queries.flatMap((each) => lines(each, each.stratum, each.plan.differences)),
    ...lines(writes, "inserts", [log]),
  ];
}

function indexLines({ indexes, size }: Comparison): string[] {
  if (indexes.length === 0) return [];
  const lines = indexes.flatMap((index) => {
    const { name, change, valid, bytes, build_seconds: seconds, advice, advice_reason } = index;
    const built = seconds === undefined ? "" : `, built in ${seconds.toFixed(1)} s`;
    const state = `${change}${valid ? "" : ", INVALID"}, ${formatBytes(bytes)}${built}`;
    return wrapped(`${name}: ${advice}: ${advice_reason}; ${state}`, "  ");
  });
  return ["", "Indexes:", ...lines, ...(size.bytes > 0 ? wrapped(describeSize(size), "  ") : [])];
}

function painter(colour: boolean): Paint {
  return (word, text) => (colour ? styleText(colours[word], text, { validateStream: false }) : text);
}

function latency({ before, after }: LatencyComparison): string {
  return `${formatMilliseconds(before.median_ms)} → ${formatMilliseconds(after.median_ms)}`;
}

function details(
  { verdict, before, after, target, p_holm }: LatencyComparison,
  more: readonly string[],
): string {
  const tail = (of: "p95_ms" | "p99_ms"): string =>
    `${formatMilliseconds(before[of])} → ${formatMilliseconds(after[of])}`;
  const kept = target ? ` (target ${target.ms}: ${target.after})` : "";
  const divided = verdict !== "NO_CHANGE" && (isDivided(before) || isDivided(after));
  const several = divided ? ["latencies of several kinds"] : [];
  const p = pValue(p_holm);
  const chance = `p ${p.startsWith("<") ? p : `= ${p}`}`;
  return [`p95 ${tail("p95_ms")}${kept}`, `p99 ${tail("p99_ms")}`, chance, ...several, ...more].join("; ");
}

/** Wraps a text into indented lines of at most 80 columns. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}
