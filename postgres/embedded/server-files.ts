import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { ExpectedError } from "../../common/errors";
import { type ServerUser, serverUser } from "./server-user";

// The server's user can create links in its folders. Root therefore writes and removes files there as that user, who
// gains nothing by such links, and never opens a path that is a link.

/** The folders of this program that hold data folders and programs: `/var/lib/chat-perf`, `.postgres`. */
export const OWN_PARENTS = { system: "/var/lib/chat-perf", local: ".postgres" };

/** The flags that open a file or folder but no link, and that do not wait for the writer of a pipe. */
const ITSELF =
  process.platform === "win32"
    ? constants.O_RDONLY
    : constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The file status of a path, without following a link. Undefined when nothing exists there.
 *
 * @throws the system's error when the path cannot be examined
 */
export function statItself(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * Creates a folder that only the server's user may enter, and the missing folders above it. The modes do not depend on
 * the umask.
 *
 * @throws ExpectedError when the folder cannot be created
 */
export function makeServerFolder(folder: string): void {
  try {
    const user = serverUser();
    makeFolders(dirname(folder), user === undefined ? 0o700 : 0o755);
    mkdirSync(folder, { mode: 0o700 });
    if (user !== undefined) change(folder, 0o700, user);
  } catch (error) {
    throw new ExpectedError(
      `Cannot create the data folder ${folder}: ${(error as Error).message}.`,
      "Set chat-perf:dataDir to a folder that is writable.",
    );
  }
}

/**
 * Creates a folder and the missing folders above it with a mode, whatever the umask. If `/var/lib/chat-perf` exists,
 * its mode is corrected, because an earlier run may have created it with another umask.
 */
export function makeFolders(folder: string, mode: number): void {
  if (process.platform === "win32") {
    mkdirSync(folder, { recursive: true });
    return;
  }
  const missing: string[] = [];
  for (let path = folder; statItself(path) === undefined; path = dirname(path)) missing.unshift(path);
  for (const path of missing) {
    try {
      mkdirSync(path, { mode });
    } catch (error) {
      // Another run has created it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    change(path, mode);
  }
  if (folder === OWN_PARENTS.system && missing.length === 0) change(folder, mode);
}

function change(folder: string, mode: number, owner?: ServerUser): void {
  const opened = openSync(folder, ITSELF | constants.O_DIRECTORY);
  try {
    if (owner !== undefined) fchownSync(opened, owner.uid, owner.gid);
    fchmodSync(opened, mode);
  } finally {
    closeSync(opened);
  }
}

/** Writes a file that only the server's user can read. An interruption leaves the old file or the new one. */
export function writeServerFile(path: string, text: string): void {
  const unfinished = join(dirname(path), `.${basename(path)}.unfinished`);
  const user = serverUser();
  if (user !== undefined) {
    const script = 'umask 077; rm -f -- "$1" && set -C && cat > "$1" && mv -f -- "$1" "$2"';
    runAs(user, script, [unfinished, path], text);
    return;
  }
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, text, { mode: 0o600, flag: "wx" });
  renameSync(unfinished, path);
}

/**
 * Reads a file of the server's folder. Undefined when there is no file of that name.
 *
 * @throws the system's error when the file cannot be read
 */
export function readServerFile(path: string): Buffer | undefined {
  let opened: number;
  try {
    opened = openSync(path, ITSELF);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      return undefined;
    }
    throw error;
  }
  try {
    return fstatSync(opened).isFile() ? readFileSync(opened) : undefined;
  } finally {
    closeSync(opened);
  }
}

/**
 * Removes a folder with its content. One file is removed last, so that an interrupted removal can be finished. For a
 * link, only the link is removed.
 */
export function removeFolder(folder: string, last: string): void {
  const found = statItself(folder);
  if (found === undefined) return;
  if (!found.isDirectory()) {
    unlinkSync(folder);
    return;
  }
  const user = serverUser();
  if (user?.uid === found.uid) {
    const script =
      'cd -- "$1" || exit; for each in * .[!.]* ..?*; do [ "$each" = "$2" ] || rm -rf -- "$each"; done; rm -f -- "$2"';
    runAs(user, script, [folder, last]);
  } else {
    for (const entry of readdirSync(folder)) {
      if (entry !== last) rmSync(join(folder, entry), { recursive: true, force: true, maxRetries: 5 });
    }
    rmSync(join(folder, last), { force: true });
  }
  rmdirSync(folder);
}

function runAs({ uid, gid }: ServerUser, script: string, args: string[], input = ""): void {
  const { status, stderr, error } = spawnSync("/bin/sh", ["-c", script, "sh", ...args], {
    uid,
    gid,
    input,
    cwd: "/",
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
  });
  if (status !== 0) throw error ?? new Error(stderr.trim());
}
