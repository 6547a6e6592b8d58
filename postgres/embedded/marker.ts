import { endianness } from "node:os";
import { join } from "node:path";
import { ExpectedError } from "../../common/errors";
import { birthOf } from "../../common/same-path";
import { readServerFile, writeServerFile } from "./server-files";

/** The name of the marker file in a data folder. */
export const MARKER = "chat-perf.json";

/**
 * The owner of a data folder. This is written into the folder, and compared before anything in it is stopped, changed
 * or deleted.
 */
export interface Marker {
  madeBy: "chat-perf";
  stack: string;
  projectRoot: string;
  /** PostgreSQL's system identifier, as in `pg_control_system()`. Markers of earlier versions do not have it. */
  systemIdentifier?: string;
  /** The inode and the birth time of PG_VERSION. A move keeps them, and a copy changes them. */
  birth?: string;
}

/**
 * The marker of a folder. Undefined when there is none, or when another program wrote it.
 *
 * @throws ExpectedError for a folder of another user
 */
export function readMarker(folder: string): Marker | undefined {
  try {
    const text = readServerFile(join(folder, MARKER))?.toString("utf8") ?? "";
    const marker = JSON.parse(text) as Partial<Marker> | null;
    return marker?.madeBy === "chat-perf" ? (marker as Marker) : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") throw othersFolder(folder);
    return undefined;
  }
}

export function writeMarker(folder: string, marker: Marker): void {
  writeServerFile(join(folder, MARKER), `${JSON.stringify(marker, undefined, 2)}\n`);
}

/**
 * Updates the marker of a data folder: the owner, and what distinguishes the server from other servers and from copies
 * of it.
 */
export function completeMarker(dataDirectory: string, stack: string, projectRoot: string): void {
  const before = readMarker(dataDirectory);
  const { systemIdentifier } = serverIdentity(dataDirectory) ?? {};
  const birth = birthOf(join(dataDirectory, "PG_VERSION"));
  const marker: Marker = {
    madeBy: "chat-perf",
    stack,
    projectRoot,
    ...(systemIdentifier !== undefined && { systemIdentifier }),
    ...(birth !== undefined && { birth }),
  };
  if (JSON.stringify(before) !== JSON.stringify(marker)) writeMarker(dataDirectory, marker);
}

/** What a data folder records about its server. */
export interface ServerIdentity {
  /** PostgreSQL's system identifier, as in `pg_control_system()`. */
  systemIdentifier: string;
  /** Whether the server was shut down cleanly, so that it needs no recovery. */
  stoppedCleanly: boolean;
}

/**
 * Reads `global/pg_control`. Its beginning is the same in all versions (`ControlFileData` in PostgreSQL's
 * src/include/catalog/pg_control.h): the identifier, two versions, and the server's state, in which 1 means "shut
 * down".
 */
export function serverIdentity(dataDirectory: string): ServerIdentity | undefined {
  const control = readServerFile(join(dataDirectory, "global", "pg_control"));
  if (control === undefined || control.length < 20) return undefined;
  const little = endianness() === "LE";
  const identifier = little ? control.readBigUInt64LE(0) : control.readBigUInt64BE(0);
  const state = little ? control.readInt32LE(16) : control.readInt32BE(16);
  return { systemIdentifier: identifier.toString(), stoppedCleanly: state === 1 };
}

/**
 * Whether a data folder is a copy that was made while its server ran. The files of such a copy are from different
 * moments. PostgreSQL would start on it and lose or mix rows.
 */
export function isTornCopy(dataDirectory: string, { birth }: Marker): boolean {
  if (birth === undefined || birth === birthOf(join(dataDirectory, "PG_VERSION"))) return false;
  return serverIdentity(dataDirectory)?.stoppedCleanly === false;
}

/** The error for a folder that this process cannot enter. */
export function othersFolder(folder: string): ExpectedError {
  return new ExpectedError(
    `The data folder ${folder} belongs to another user.`,
    "Run as the user who made it (root, if it was made by root).",
  );
}
