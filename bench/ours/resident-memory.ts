import { readdirSync, readFileSync } from "node:fs";

const EVERY_MS = 100;

/** The most memory that a process and its descendants used at one moment. */
export interface PeakMemory {
  /** The sum of their resident bytes. Shared memory, such as the code of Node.js, counts in each process. */
  bytes: number;
  processes: number;
}

/**
 * Measures the memory of a process and its descendants ten times a second.
 *
 * @returns a function that stops the measurement and returns the peak, or undefined on a system without `/proc`
 */
export function watchMemory(pid: number): () => PeakMemory | undefined {
  let peak: PeakMemory | undefined;
  const sample = (): void => {
    const now = memoryOf(pid);
    if (now !== undefined && now.bytes > (peak?.bytes ?? 0)) peak = now;
  };
  const timer = setInterval(sample, EVERY_MS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** The present resident memory of a process and its descendants. */
export function memoryOf(root: number): PeakMemory | undefined {
  const processes = readProcesses();
  if (processes === undefined) return undefined;
  const family = new Set([root]);
  // A child may have a lower number than its parent, so the search repeats until it finds no further process.
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  const members = processes.filter(({ pid }) => family.has(pid));
  return { bytes: members.reduce((sum, { bytes }) => sum + bytes, 0), processes: members.length };
}

function readProcesses(): { pid: number; parent: number; bytes: number }[] | undefined {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readStatus);
  } catch {
    return undefined;
  }
}

/** Reads the memory of a process. A process that has ended has no status, and one of the kernel has no memory. */
function readStatus(pid: string): { pid: number; parent: number; bytes: number }[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kilobytes === undefined) return [];
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(status)![1]);
    return [{ pid: Number(pid), parent, bytes: Number(kilobytes) * 1024 }];
  } catch {
    return [];
  }
}
