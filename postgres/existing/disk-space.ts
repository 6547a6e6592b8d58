import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { formatBytes, formatCount } from "../../common/format";
import { ExpectedError } from "../../common/errors";
import { assertRoom, type DiskNeed, type DiskSpace, freeBytes, requiredBytes } from "../disk-space";
import type { ExistingMachine } from "./machine";

/** How far the two accounts of when a server started may lie apart, seconds: it recovers between them. */
const START_TOLERANCE_SECONDS = 3600;

/**
 * The server's data folder, where it lies on this machine and may be looked into: the folder's own process file
 * names the server's port and start.
 *
 * @param port that the server listens on, as far as it tells
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

/**
 * Checks that the disk of somebody else's server has room for a dataset. What lies there already is not the
 * dataset's, so only free space counts.
 *
 * @throws ExpectedError with both figures when there is too little, or with the one that is needed when the other
 *   cannot be found out
 */
export function assertForeignDiskSpace({ dataDirectory }: ExistingMachine, need: DiskNeed): DiskSpace {
  if (dataDirectory !== undefined) {
    return assertRoom({ where: dataDirectory, available: freeBytes(dataDirectory) }, need);
  }
  throw new ExpectedError(
    `How much disk space the server has cannot be found out from here; ${formatCount(need.messages)} ` +
      `messages need ~${formatBytes(requiredBytes(need))} (${formatCount(requiredBytes(need))} bytes).`,
    "Make sure that it has as much, then say so: `pulumi config set chat-perf:diskCheck off`.",
  );
}
