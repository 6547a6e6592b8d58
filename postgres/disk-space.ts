import { readdirSync, statfsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatBytes, formatCount } from "../common/format";
import { ExpectedError } from "../common/errors";
import { nearestExisting } from "../common/nearest-existing";

/** A rule of thumb for the disk space of a message: its own row, and a proportional part of the other tables. */
const BYTES_PER_MESSAGE = 500;
/** Indexes are estimated at three times the size of the rows. */
const INDEX_FACTOR = 3;

/** Which estimate the free space is compared with: the forecast, the rule of thumb, the larger of the two, or none. */
export type DiskCheck = "larger" | "forecast" | "rule" | "off";

/** The dataset for which disk space is checked. */
export interface DiskNeed {
  messages: number;
  /** The forecast of the largest size during the load, in bytes. */
  forecastBytes: number;
  check: DiskCheck;
  /**
   * The stack, for the command that an error ends in.
   *
   * @default the stack that is selected
   */
  stack?: string;
}

/** The bytes that the rule of thumb gives: 500 for each message, and 3 times that for indexes. */
export function ruleBytes(messages: number): number {
  return messages * BYTES_PER_MESSAGE * (1 + INDEX_FACTOR);
}

/** The bytes that the disk must have available. */
export function requiredBytes({ messages, forecastBytes, check }: DiskNeed): number {
  const rule = ruleBytes(messages);
  return { larger: Math.max(forecastBytes, rule), forecast: forecastBytes, rule, off: 0 }[check];
}

/** The available and the needed disk space, in bytes. */
export interface DiskSpace {
  /** Undefined when it cannot be measured, and the need is small. */
  available: number | undefined;
  needed: number;
}

/**
 * Checks that the file system has enough space for a dataset. Files that are already in the data folder count as
 * available space, because they belong to the dataset.
 *
 * @param path the server's data folder, which need not exist yet
 * @throws ExpectedError with both figures when there is too little space
 */
export function assertDiskSpace(path: string, need: DiskNeed): DiskSpace {
  return assertRoom({ where: path, available: freeBytes(path) + folderBytes(path) }, need);
}

/** The free bytes on the file system of a folder, which need not exist yet. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(nearestExisting(resolve(path)));
  return bavail * bsize;
}

/**
 * Compares the available space with the needed space.
 *
 * @param where the name of the file system, for the error
 * @throws ExpectedError with both figures when there is too little space
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
      `indexes are ${formatBytes(ruleBytes(need.messages))}: ${choice(available, need)}`,
  );
}

/** How to choose what counts. When the forecast fits, this is the command itself. */
function choice(available: number, { forecastBytes, check, stack }: DiskNeed): string {
  if (available < forecastBytes) return `chat-perf:diskCheck says which counts (${check}).`;
  const option = stack === undefined ? "" : ` -s ${stack}`;
  return `the forecast fits. To go by it alone, run \`pulumi config set diskCheck forecast${option}\``;
}

/**
 * The bytes on disk of all files in a folder. Files that cannot be read, or that are deleted meanwhile, do not count.
 */
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
