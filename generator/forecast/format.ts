import { formatBytes, formatCount, formatDuration } from "../../common/format";
import { tableNames } from "../tables";
import { indexBytesOf, type Forecast } from "./forecast";

/** Tables below this share of all bytes, or below this number of bytes, are added up as `others`. */
const LEAST_SIZE = { share: 0.03, bytes: 1e6 };

/**
 * Writes a forecast for people.
 *
 * @param seconds the expected time of the load, where it is known
 * @example
 *
 *     forecast: 6.7 M rows, 2.59 GB on disk, at most 3.66 GB while loading, about 48 s
 *     forecast: messages 1.6 GB and its indexes 334 MB, attachments 370 MB and 106 MB, others 18 MB
 */
export function forecastLines(forecast: Forecast, seconds?: number): string[] {
  const { rows, totalBytes, peakBytes, tables } = forecast;
  const least = Math.max(LEAST_SIZE.bytes, totalBytes * LEAST_SIZE.share);
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

/** Writes millions as `6.7 M`, and smaller numbers with all digits. */
function formatRows(rows: number): string {
  return rows < 1e6 ? formatCount(rows) : `${(rows / 1e6).toFixed(rows < 1e7 ? 1 : 0)} M`;
}
