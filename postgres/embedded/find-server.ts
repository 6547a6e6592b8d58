import { readdirSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { isSamePath } from "../../common/same-path";
import { ExpectedError } from "../../common/errors";
import { dataVersion, defaultDataDirectory } from "./data-directory";
import { isTornCopy, type Marker, othersFolder, readMarker, serverIdentity } from "./marker";
import { statItself } from "./server-files";
import { serverUser } from "./server-user";

/** The stack for which a folder is examined. */
export interface Owner {
  stack: string;
  /** The absolute path of the project that the stack belongs to. */
  projectRoot: string;
  /** The system identifier in the stack's state. States of earlier versions do not have it. */
  systemIdentifier?: string;
}

/** A server as a stack's state records it. */
export interface RecordedServer extends Owner {
  /** The absolute path of its last known data folder. */
  dataDirectory: string;
  /** The configured data folder, relative to the project. */
  dataDir?: string;
}

/**
 * What a data folder contains, and whose it is.
 *
 * - `none`: there is nothing, or an empty folder
 * - `own`: the stack's server
 * - `broken`: a folder with the stack's marker but no server data, for example after an interrupted removal
 * - `torn`: a copy of the stack's server that was made while the server ran
 * - `copy`: a folder that was copied with its project, while the server still belongs to the original project
 * - `newer`: a server that the same stack created after the one in its state
 * - `foreign`: anything else
 */
export interface Whose {
  kind: "none" | "own" | "broken" | "torn" | "copy" | "newer" | "foreign";
  /** A sentence about the folder that is shown to the user. */
  reason: string;
}

/** The data folder of a stack's server, or the reason why there is none. */
export type Whereabouts =
  | { dataDirectory: string }
  | {
      dataDirectory?: undefined;
      reason: string;
      /** Folders of the stack that hold nothing that can be started. */
      useless: string[];
      /** The error that prevents a new server in the same place. */
      obstacle?: ExpectedError;
    };

/**
 * Looks for the stack's server in the folder that the state names and in the folder that it would have now, because
 * projects are moved and copied.
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

/** The error for a folder that does not belong to the stack but is needed for its server. */
export function inTheWay({ kind, reason }: Whose): ExpectedError {
  return new ExpectedError(
    reason,
    kind === "copy" || kind === "torn"
      ? "Delete that folder, then run `npm run up`, which creates a new server there."
      : "Set chat-perf:dataDir to another folder, or move that folder to another place. If the stack already has a server, first run " +
          "`npm run down -- --stack <stack>`, which does not change that folder.",
  );
}

/**
 * Determines the owner of a data folder from its marker and PostgreSQL's system identifier.
 *
 * @throws ExpectedError for a folder that is a link or belongs to another user
 */
export function whose(folder: string, { stack, projectRoot, systemIdentifier }: Owner): Whose {
  const found = statItself(folder);
  if (found === undefined) return { kind: "none", reason: `The data folder ${folder} is gone.` };
  if (found.isSymbolicLink()) {
    throw new ExpectedError(
      `The data folder ${folder} is a link.`,
      "Set chat-perf:dataDir to the folder itself, or remove the link.",
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
    const reason = `The data folder ${folder} is not empty and was not created by this program.`;
    return { kind: "foreign", reason };
  }
  const other = marker && otherOwner(folder, marker, stack, projectRoot);
  if (other !== undefined) return other;
  if (dataVersion(folder) === undefined || identity === undefined) {
    return { kind: "broken", reason: `The data folder ${folder} has lost PostgreSQL's files.` };
  }
  if ((marker?.systemIdentifier ?? identity.systemIdentifier) !== identity.systemIdentifier) {
    const reason = `The data folder ${folder} holds another PostgreSQL server than the one that was created there.`;
    return { kind: "foreign", reason };
  }
  if (systemIdentifier !== undefined && !isKnown) {
    const reason = `The data folder ${folder} holds another server of stack "${stack}" than the one in the stack's state.`;
    return { kind: "newer", reason };
  }
  if (marker !== undefined && isTornCopy(folder, marker)) {
    const reason = `The data folder ${folder} is a copy that was made while its server ran, and cannot be used.`;
    return { kind: "torn", reason };
  }
  return { kind: "own", reason: `The data folder ${folder} belongs to stack "${stack}".` };
}

/** Compares stack and project. Undefined when both are the same, or when the project was moved. */
function otherOwner(folder: string, marker: Marker, stack: string, projectRoot: string): Whose | undefined {
  const reason = `The data folder ${folder} belongs to stack "${marker.stack}" of ${marker.projectRoot}.`;
  if (marker.stack !== stack) return { kind: "foreign", reason };
  if (isSamePath(marker.projectRoot, projectRoot)) return undefined;
  const inside = relative(projectRoot, folder);
  if (inside.startsWith("..") || isAbsolute(inside)) {
    return isThere(marker.projectRoot) ? { kind: "foreign", reason } : undefined;
  }
  // A folder inside the project came with it. The project was copied if the original folder still holds the server, and
  // moved otherwise.
  if (!isAtHome(join(marker.projectRoot, inside), folder)) return undefined;
  return {
    kind: "copy",
    reason:
      `This project is a copy of ${marker.projectRoot}, which still has the server of stack "${stack}". ` +
      `The copied data folder ${folder} cannot be used.`,
  };
}

function isAtHome(original: string, folder: string): boolean {
  if (!isThere(original) || isSamePath(original, folder)) return false;
  try {
    return serverIdentity(original)?.systemIdentifier === serverIdentity(folder)?.systemIdentifier;
  } catch {
    // The folder belongs to another user.
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
