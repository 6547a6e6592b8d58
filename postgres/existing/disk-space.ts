import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { formatBytes, formatCount } from "../../common/format";
import { ExpectedError } from "../../common/errors";
import { assertRoom, type DiskNeed, type DiskSpace, freeBytes, requiredBytes } from "../disk-space";

/** The largest difference between the two start times of a server, in seconds. Recovery takes place between them. */
const START_TOLERANCE_SECONDS = 3600;

/**
 * The server's data folder, if it is on this machine and readable. Its postmaster.pid must have the server's port and
 * start time.
 */
export async function localDataDirectory(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ directory: string | null; port: number; started: number }>(
    `SELECT (SELECT setting FROM pg_settings WHERE name = 'data_directory') AS directory,
            current_setting('port')::int AS port,
            extract(epoch FROM pg_postmaster_start_time())::float8 AS started`,
  );
  const { directory, port, started } = rows[0]!;
  if (directory === null) return undefined;
  const [, , startedHere, portHere] = linesOf(join(directory, "postmaster.pid"));
  const same =
    Number(portHere) === port && Math.abs(Number(startedHere) - started) <= START_TOLERANCE_SECONDS;
  return same ? directory : undefined;
}

function linesOf(path: string): string[] {
  try {
    return existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  } catch {
    return [];
  }
}

/** Below this size, in bytes, a disk that cannot be measured is no obstacle. */
const SMALL = 1e9;

/**
 * Checks that the disk of an existing server has enough space for a dataset. Only free space counts, because the files
 * on the disk do not belong to the dataset.
 *
 * @throws ExpectedError with both figures when there is too little space, or with the needed space when the free space
 *   cannot be measured
 */
export function assertForeignDiskSpace(
  { dataDirectory }: { dataDirectory?: string | undefined },
  need: DiskNeed,
): DiskSpace {
  if (dataDirectory !== undefined) {
    return assertRoom({ where: dataDirectory, available: freeBytes(dataDirectory) }, need);
  }
  const needed = requiredBytes(need);
  if (needed < SMALL) return { available: undefined, needed };
  throw new ExpectedError(
    `The server's free disk space cannot be measured from this machine. ${formatCount(need.messages)} ` +
      `messages need ~${formatBytes(requiredBytes(need))} (${formatCount(requiredBytes(need))} bytes).`,
    "Make sure that the server has that much free space, then confirm it with `pulumi config set chat-perf:diskCheck off`.",
  );
}
