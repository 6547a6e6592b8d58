import { mkdir, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** How often the holder of a lock shows that it is alive, milliseconds. */
const HEARTBEAT_MS = 1_000;

/** A lock without a sign of life for this long was left behind by a killed process, milliseconds. */
const ABANDONED_MS = 10_000;

/**
 * Does the work while holding a lock that other processes respect, on this machine or on another that
 * shares the folder. A lock that was left behind is taken over.
 *
 * @param folder stands for the lock while it exists; its parent must exist
 * @param onWait called once when another process holds the lock
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

/** When the lock's holder last showed itself; now, if the lock has just been released. */
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
