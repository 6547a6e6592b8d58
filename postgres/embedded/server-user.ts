import { execFileSync } from "node:child_process";
import { realpathSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { ExpectedError } from "../../common/errors";
import { nearestExisting } from "../../common/nearest-existing";

/** An unprivileged user of this machine. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user that runs PostgreSQL when this process is root, because PostgreSQL refuses to run as root: `postgres`, or
 * `nobody` when there is no such user. Undefined when this process is an ordinary user, who then runs the server.
 *
 * @throws ExpectedError as root on a machine that has neither user
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const uid = idOf(name, "-u");
    const gid = idOf(name, "-g");
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw new ExpectedError(
    "PostgreSQL refuses to run as root, and this machine has neither a user `postgres` nor `nobody` to run it.",
    "Create one (`useradd --system postgres`), or run this command as an ordinary user.",
  );
}

/** Whether the user may enter every folder above `path` and, if it exists, read `path` itself. */
export function canReach(user: ServerUser | undefined, path: string): boolean {
  if (user === undefined) return true;
  const existing = realpathSync(nearestExisting(path));
  const stats = statSync(existing);
  if (!permits(user, stats, stats.isDirectory() ? 0o5 : 0o4)) return false;
  for (let folder = dirname(existing); ; folder = dirname(folder)) {
    if (!permits(user, statSync(folder), 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * Whether the user has the permission bits (r 4, w 2, x 1). Like the kernel, it looks at the owner's, the group's or
 * the others' bits.
 */
function permits(user: ServerUser, { uid, gid, mode }: Stats, bits: number): boolean {
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & bits) === bits;
}

function idOf(name: string, flag: "-u" | "-g"): number | undefined {
  try {
    return Number(
      execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch {
    return undefined;
  }
}
