import { endianness } from "node:os";
import { join } from "node:path";
import { ExpectedError } from "../../common/errors";
import { readServerFile, statItself, writeServerFile } from "./server-files";

/** The marker's name in a data folder. */
export const MARKER = "chat-perf.json";

/** Who made a data folder: written into it, and compared before anything in it is stopped, changed or deleted. */
export interface Marker {
  madeBy: "chat-perf";
  stack: string;
  projectRoot: string;
  /** PostgreSQL's own number of the server, as in `pg_control_system()`. Markers of earlier versions have none. */
  systemIdentifier?: string;
  /** Inode and time of birth of PG_VERSION, which a move keeps and a copy does not. */
  birth?: string;
}

/**
 * The marker of a folder, or undefined where there is none or it is not ours.
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

/** Says in a data folder whose it is, with what tells this server from every other one and from a copy of it. */
export function completeMarker(dataDirectory: string, stack: string, projectRoot: string): void {
  const before = readMarker(dataDirectory);
  const { systemIdentifier } = serverIdentity(dataDirectory) ?? {};
  const birth = birthOf(dataDirectory);
  const marker: Marker = {
    ...{ madeBy: "chat-perf", stack, projectRoot },
    ...(systemIdentifier !== undefined && { systemIdentifier }),
    ...(birth !== undefined && { birth }),
  };
  if (JSON.stringify(before) !== JSON.stringify(marker)) writeMarker(dataDirectory, marker);
}

/** What a data folder says of its server. */
export interface ServerIdentity {
  /** As in `pg_control_system()`. */
  systemIdentifier: string;
  /** Nothing had to be recovered when it was stopped. */
  stoppedCleanly: boolean;
}

/**
 * Reads `global/pg_control`, whose beginning is the same in all versions (`ControlFileData` in PostgreSQL's
 * src/include/catalog/pg_control.h): the identifier, two versions, and the server's state, where 1 is "shut down".
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
 * Whether a data folder was copied file by file while its server ran: such a copy has files of several moments, and
 * PostgreSQL would start on it and lose or mix rows.
 */
export function isTornCopy(dataDirectory: string, { birth }: Marker): boolean {
  if (birth === undefined || birth === birthOf(dataDirectory)) return false;
  return serverIdentity(dataDirectory)?.stoppedCleanly === false;
}

function birthOf(dataDirectory: string): string | undefined {
  const found = statItself(join(dataDirectory, "PG_VERSION"));
  // The number alone is given to the next file once the first is deleted.
  return found && `${found.ino} ${found.birthtime.toISOString()}`;
}

/** The error for a folder that this process may not enter. */
export function othersFolder(folder: string): ExpectedError {
  return new ExpectedError(
    `The data folder ${folder} belongs to another user.`,
    "Run as the user who made it (root, if it was made by root).",
  );
}
