import { readdirSync, statfsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatBytes, formatCount } from "../common/format";
import { ExpectedError } from "../common/errors";
import { nearestExisting } from "../common/nearest-existing";

/** Rule of thumb for a message's row with its share of the other tables. */
const BYTES_PER_MESSAGE = 500;
/** Indexes take three times the rows. */
const INDEX_FACTOR = 3;

/** What the disk must have room for: the forecast, the rule of thumb, the larger of the two, or nothing. */
export type DiskCheck = "larger" | "forecast" | "rule" | "off";

/** What a dataset may need, in bytes. */
export interface DiskNeed {
  messages: number;
  /** The forecast of the most that there is at one time while it is loaded. */
  forecastBytes: number;
  check: DiskCheck;
}

/** Bytes by the rule of thumb: 500 a message, and 3 times that for indexes. */
export function ruleBytes(messages: number): number {
  return messages * BYTES_PER_MESSAGE * (1 + INDEX_FACTOR);
}

/** Bytes that the disk must have room for. */
export function requiredBytes({ messages, forecastBytes, check }: DiskNeed): number {
  const rule = ruleBytes(messages);
  return { larger: Math.max(forecastBytes, rule), forecast: forecastBytes, rule, off: 0 }[check];
}

/** Bytes that the dataset may use, and bytes that it needs. */
export interface DiskSpace {
  available: number;
  needed: number;
}

/**
 * Checks that the file system has room for a dataset. What lies in the data folder already counts as room: it is the
 * dataset's own.
 *
 * @param path the server's data folder; it need not exist yet
 * @throws ExpectedError with both figures when there is too little
 */
export function assertDiskSpace(path: string, need: DiskNeed): DiskSpace {
  return assertRoom({ where: path, available: freeBytes(path) + folderBytes(path) }, need);
}

/** Bytes that are free on the file system of a folder, which need not exist yet. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(nearestExisting(resolve(path)));
  return bavail * bsize;
}

/**
 * Compares what is available with what is needed.
 *
 * @param where what has so much room, for the error
 * @throws ExpectedError with both figures when there is too little
 */
export function assertRoom(
  { where, available }: { where: string; available: number },
  need: DiskNeed,
): DiskSpace {
  const needed = requiredBytes(need);
  if (available >= needed) return { available, needed };
  throw new ExpectedError(
    `Insufficient disk space for ${formatCount(need.messages)} messages in ${where}: ` +
      `${formatBytes(available)} available, ~${formatBytes(needed)} needed.`,
    "Free up space, use a smaller environment (dev instead of staging), set fewer messages (chat-perf:messages), " +
      "or put the data on another disk (chat-perf:dataDir). " +
      `The forecast is ${formatBytes(need.forecastBytes)} while loading; 500 bytes per message and 3 times that for ` +
      `indexes are ${formatBytes(ruleBytes(need.messages))}: chat-perf:diskCheck says which counts (${need.check}).`,
  );
}

/** Bytes on disk of all files in a folder; what cannot be read, or goes away meanwhile, does not count. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += folderBytes(path);
    else if (entry.isFile()) bytes += (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  }
  return bytes;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
