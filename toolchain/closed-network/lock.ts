import { mkdir, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** How often the holder of a lock renews it, in milliseconds. */
const HEARTBEAT_MS = 1_000;

/** A lock that was not renewed for this long belongs to a killed process, in milliseconds. */
const ABANDONED_MS = 10_000;

/**
 * Runs `work` while it holds a lock between processes, on this machine or on machines that share the folder. An
 * abandoned lock is taken over.
 *
 * @param folder exists while the lock is held; its parent must exist
 * @param onWait is called once when another process holds the lock
 */
export async function withLock<T>(folder: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  for (let waited = false; !(await acquire(folder)); waited = true) {
    if (!waited) onWait();
    await delay(500);
  }
  const heartbeat = setInterval(() => void touch(folder), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(folder, { recursive: true, force: true });
  }
}

async function acquire(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (Date.now() - (await lastSeen(folder)) < ABANDONED_MS) return false;
    await rm(folder, { recursive: true, force: true });
    return acquire(folder);
  }
}

/** The last renewal of the lock, or now if the lock has just been released. */
async function lastSeen(folder: string): Promise<number> {
  return stat(folder).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
}

async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
}
