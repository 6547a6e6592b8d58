import { formatBytes, formatCount, formatDuration } from "../../common/format";
import { tableNames } from "../tables";
import { indexBytesOf, type Forecast } from "./forecast";

/** Tables smaller than this share of all, or than this many bytes, are told together. */
const WORTH_TELLING = { share: 0.03, bytes: 1e6 };

/**
 * A forecast for people, e.g.
 *
 *     forecast: 6.7 M rows, 2.59 GB on disk, at most 3.66 GB while loading, about 48 s
 *     forecast: messages 1.6 GB and its indexes 334 MB, attachments 370 MB and 106 MB, others 18 MB
 *
 * @param seconds that the load will take, where they are known
 */
export function forecastLines(forecast: Forecast, seconds?: number): string[] {
  const { rows, totalBytes, peakBytes, tables } = forecast;
  const least = Math.max(WORTH_TELLING.bytes, totalBytes * WORTH_TELLING.share);
  const large = tableNames
    .map((table) => ({ table, heap: tables[table].heapBytes, indexes: indexBytesOf(tables[table]) }))
    .filter(({ heap, indexes }) => heap + indexes >= least)
    .sort((a, b) => b.heap + b.indexes - a.heap - a.indexes);
  const others = large.reduce((left, { heap, indexes }) => left - heap - indexes, totalBytes);
  const parts = large.map(
    ({ table, heap, indexes }, i) =>
      `${table} ${formatBytes(heap)} and ${i === 0 ? "its indexes " : ""}${formatBytes(indexes)}`,
  );
  if (large.length < tableNames.length) parts.push(`others ${formatBytes(others)}`);
  const time = seconds === undefined ? "" : `, about ${formatDuration(seconds)}`;
  return [
    `forecast: ${formatRows(rows)} rows, ${formatBytes(totalBytes)} on disk, ` +
      `at most ${formatBytes(peakBytes)} while loading${time}`,
    `forecast: ${parts.join(", ")}`,
  ];
}

/** `6.7 M`, or all digits below a million. */
function formatRows(rows: number): string {
  return rows < 1e6 ? formatCount(rows) : `${(rows / 1e6).toFixed(rows < 1e7 ? 1 : 0)} M`;
}
