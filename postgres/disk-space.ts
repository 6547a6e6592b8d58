import { existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ExpectedError } from "../runtime/errors";

/** Rule of thumb for a message's row with its share of the other tables. */
const BYTES_PER_MESSAGE = 500;
/** Indexes take three times the rows. */
const INDEX_FACTOR = 3;

/** Bytes that a dataset needs: 500 a message, and 3 times that for indexes. */
export function requiredBytes(messages: number): number {
  return messages * BYTES_PER_MESSAGE * (1 + INDEX_FACTOR);
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
export function assertDiskSpace({ path, messages }: { path: string; messages: number }): DiskSpace {
  const { bavail, bsize } = statfsSync(nearestExisting(resolve(path)));
  const available = bavail * bsize + folderBytes(path);
  const needed = requiredBytes(messages);
  if (available >= needed) return { available, needed };
  throw new ExpectedError(
    `Insufficient disk space for ${messages.toLocaleString("en-US")} messages in ${path}: ` +
      `${formatBytes(available)} available, ~${formatBytes(needed)} needed.`,
    "Free up space, use a smaller environment (dev instead of staging), set fewer messages (chat-perf:messages), " +
      "or put the data on another disk (chat-perf:dataDir). Estimate: 500 bytes per message and 3 times that for indexes.",
  );
}

/** Bytes for people, in the decimal units of disks: `50GB`, `9.8GB`, `400MB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 10e9) return `${(bytes / 1e9).toFixed(0)}GB`;
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)}GB` : `${(bytes / 1e6).toFixed(0)}MB`;
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

/** Bytes on disk of all files in a folder; what cannot be read, or goes away meanwhile, does not count. */
function folderBytes(folder: string): number {
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
