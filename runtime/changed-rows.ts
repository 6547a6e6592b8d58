import { formatCount } from "../common/format";

/** The number of rows of each table, and a fingerprint of its rows. */
interface Rows {
  counts: Readonly<Record<string, number>>;
  fingerprint: Readonly<Record<string, string>>;
}

const KEPT = "They stay as they are. To load the dataset again, raise chat-perf:datasetVersion.";

/** What a refresh says about rows that somebody has changed since the last update or refresh. It is empty if none were. */
export function changedSince(before: Rows, now: Rows): string[] {
  const lines = changedTables(before.fingerprint, now.fingerprint).map((table) => {
    const [was, is] = [before.counts[table] ?? 0, now.counts[table] ?? 0];
    if (was === is) return `  ${table}: other contents, still ${rows(is)}`;
    const [difference, word] = is < was ? [was - is, "fewer"] : [is - was, "more"];
    return `  ${table}: ${formatCount(difference)} ${word}, ${formatCount(is)} instead of ${rows(was)}`;
  });
  return lines.length === 0
    ? []
    : ["Somebody has changed rows since the last update or refresh:", ...lines, KEPT];
}

function changedTables(before: Rows["fingerprint"], now: Rows["fingerprint"]): string[] {
  return Object.keys(now).filter((table) => before[table] !== now[table]);
}

function rows(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "row" : "rows"}`;
}
