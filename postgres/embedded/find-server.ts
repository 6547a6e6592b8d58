import { readdirSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { isSamePath } from "../../common/same-path";
import { ExpectedError } from "../../common/errors";
import { dataVersion, defaultDataDirectory } from "./data-directory";
import { isTornCopy, type Marker, othersFolder, readMarker, serverIdentity } from "./marker";
import { statItself } from "./server-files";
import { serverUser } from "./server-user";

/** The stack that a folder is looked at for. */
export interface Owner {
  stack: string;
  /** Absolute path of the project that the stack belongs to. */
  projectRoot: string;
  /** The server that the stack's state knows. States of earlier versions have none. */
  systemIdentifier?: string;
}

/** A server as a stack's state knows it. */
export interface RecordedServer extends Owner {
  /** Where it was. Absolute path. */
  dataDirectory: string;
  /** The configured folder; relative to the project. */
  dataDir?: string;
}

/**
 * Whose a data folder is.
 *
 * - `none`: nothing is there, or an empty folder
 * - `own`: the stack's server
 * - `broken`: the stack's marker without a server's data, as after an interrupted removal
 * - `torn`: the stack's server, copied while it ran
 * - `copy`: came into this project with a copy of another one, which has the server still
 * - `newer`: another server of the same stack than the state's
 * - `foreign`: anything else
 */
export interface Whose {
  kind: "none" | "own" | "broken" | "torn" | "copy" | "newer" | "foreign";
  /** A sentence about the folder, for people. */
  reason: string;
}

/** Where a stack's server is, or why there is none. */
export type Whereabouts =
  | { dataDirectory: string }
  | {
      dataDirectory?: undefined;
      reason: string;
      /** Folders of the stack with nothing in them that can be started. */
      useless: string[];
      /** What is in the way of a new server. */
      obstacle?: ExpectedError;
    };

/**
 * Looks for the stack's server: where the state says, and where it would be now, because projects are moved and copied.
 *
 * @throws ExpectedError for a folder that is a link or belongs to another user
 */
export function findServer(known: RecordedServer): Whereabouts {
  const { projectRoot, stack, dataDir, dataDirectory: before } = known;
  const there = whose(before, known);
  if (there.kind === "own") return { dataDirectory: before };
  const now =
    dataDir === undefined ? defaultDataDirectory(projectRoot, stack) : resolve(projectRoot, dataDir);
  const here = now === before ? there : whose(now, known);
  if (here.kind === "own") return { dataDirectory: now };
  const useless = Object.entries({ [before]: there.kind, [now]: here.kind })
    .filter(([, kind]) => ["broken", "torn", "copy"].includes(kind))
    .map(([folder]) => folder);
  return {
    reason: here.kind === "none" ? there.reason : here.reason,
    useless,
    ...(here.kind === "foreign" && { obstacle: inTheWay(here) }),
  };
}

/** The error for a folder that is not the stack's, where its server is to be. */
export function inTheWay({ kind, reason }: Whose): ExpectedError {
  return new ExpectedError(
    reason,
    kind === "copy" || kind === "torn"
      ? "Delete that folder, then run `npm run up`: it makes a new server there."
      : "Choose another folder by chat-perf:dataDir, or move that one away. A stack that has a server already is destroyed first: " +
          "`npm run down -- --stack <stack>` leaves the folder alone.",
  );
}

/**
 * Tells whose a data folder is, by its marker and PostgreSQL's system identifier.
 *
 * @throws ExpectedError for a folder that is a link or belongs to another user
 */
export function whose(folder: string, { stack, projectRoot, systemIdentifier }: Owner): Whose {
  const found = statItself(folder);
  if (found === undefined) return { kind: "none", reason: `The data folder ${folder} is gone.` };
  if (found.isSymbolicLink()) {
    throw new ExpectedError(
      `The data folder ${folder} is a link.`,
      "Name the folder itself by chat-perf:dataDir, or remove the link.",
    );
  }
  if (!found.isDirectory()) return { kind: "foreign", reason: `${folder} is not a folder.` };
  if (namesIn(folder).length === 0) return { kind: "none", reason: `The data folder ${folder} is empty.` };
  const users = [serverUser()?.uid, process.getuid?.()];
  if (process.platform !== "win32" && !users.includes(found.uid)) throw othersFolder(folder);

  const marker = readMarker(folder);
  const identity = serverIdentity(folder);
  const isKnown = identity !== undefined && identity.systemIdentifier === systemIdentifier;
  if (marker === undefined && !isKnown) {
    const reason = `The data folder ${folder} is not empty and was not made by this program.`;
    return { kind: "foreign", reason };
  }
  const other = marker && otherOwner(folder, marker, stack, projectRoot);
  if (other !== undefined) return other;
  if (dataVersion(folder) === undefined || identity === undefined) {
    return { kind: "broken", reason: `The data folder ${folder} has lost PostgreSQL's files.` };
  }
  if ((marker?.systemIdentifier ?? identity.systemIdentifier) !== identity.systemIdentifier) {
    const reason = `The data folder ${folder} holds another PostgreSQL server than the one that was made there.`;
    return { kind: "foreign", reason };
  }
  if (systemIdentifier !== undefined && !isKnown) {
    const reason = `The data folder ${folder} holds another server of stack "${stack}" than the one that the stack's state knows.`;
    return { kind: "newer", reason };
  }
  if (marker !== undefined && isTornCopy(folder, marker)) {
    const reason = `The data folder ${folder} is a copy that was made while its server ran, and cannot be used.`;
    return { kind: "torn", reason };
  }
  return { kind: "own", reason: `The data folder ${folder} belongs to stack "${stack}".` };
}

/** Compares stack and project; undefined when both are the same, also after a move of the project. */
function otherOwner(folder: string, marker: Marker, stack: string, projectRoot: string): Whose | undefined {
  const reason = `The data folder ${folder} belongs to stack "${marker.stack}" of ${marker.projectRoot}.`;
  if (marker.stack !== stack) return { kind: "foreign", reason };
  if (isSamePath(marker.projectRoot, projectRoot)) return undefined;
  const inside = relative(projectRoot, folder);
  if (inside.startsWith("..") || isAbsolute(inside)) {
    return isThere(marker.projectRoot) ? { kind: "foreign", reason } : undefined;
  }
  // A folder inside of the project has come with it: the project was moved, or copied if the server is there still.
  if (!isAtHome(join(marker.projectRoot, inside), folder)) return undefined;
  return {
    kind: "copy",
    reason:
      `This project is a copy of ${marker.projectRoot}, which keeps its server of stack "${stack}"; ` +
      `the copied data folder ${folder} cannot be used.`,
  };
}

function isAtHome(original: string, folder: string): boolean {
  if (!isThere(original) || isSamePath(original, folder)) return false;
  try {
    return serverIdentity(original)?.systemIdentifier === serverIdentity(folder)?.systemIdentifier;
  } catch {
    // Another user's.
    return true;
  }
}

function isThere(path: string): boolean {
  try {
    return statItself(path) !== undefined;
  } catch {
    return true;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    throw othersFolder(folder);
  }
}
