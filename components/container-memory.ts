import { bytesOf } from "../postgres/setting-values";

const MB = 2 ** 20;

/** What a container's server has beside the settings' memory: sessions, the system's page cache, and what may come. */
const HEADROOM_MB = 1024;
/** Processes that sort or hash side by side in shared memory: queries of two sessions with four workers each. */
const SHARING = 8;
/** An engine's default for `/dev/shm`. */
const LEAST_SHM_MB = 64;

/** Limits of a container, MB. */
export interface ContainerMemory {
  memory: number;
  /** Of `/dev/shm`, where parallel workers meet; an engine's default is too little for a parallel hash join. */
  shmSize: number;
}

/** The memory that a server with these settings may take: its page cache, and twice what its workers share. */
export function containerMemory(settings: Readonly<Record<string, string>>): ContainerMemory {
  const megabytes = (name: string): number => Math.ceil(bytesOf(settings[name] ?? "0B") / MB);
  const shmSize = Math.max(LEAST_SHM_MB, megabytes("maintenance_work_mem") + SHARING * megabytes("work_mem"));
  return { shmSize, memory: megabytes("shared_buffers") + 2 * shmSize + HEADROOM_MB };
}
