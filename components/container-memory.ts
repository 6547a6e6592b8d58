import { bytesOf } from "../postgres/setting-values";

const MB = 2 ** 20;

/** Memory of the container in addition to the settings' memory: sessions, the system's page cache, and a reserve. */
const HEADROOM_MB = 1024;
/**
 * The number of processes that sort or hash in shared memory at the same time: the queries of two sessions with four
 * workers each.
 */
const SHARING = 8;
/** The default size of `/dev/shm` in a container. */
const LEAST_SHM_MB = 64;

/** The memory limits of a container, in MB. */
export interface ContainerMemory {
  memory: number;
  /**
   * The size of `/dev/shm`, which parallel workers share. The engine's default is too small for a parallel hash join.
   */
  shmSize: number;
}

/**
 * Calculates the memory limits from the server's settings: the page cache, and twice the memory that its workers share.
 */
export function containerMemory(settings: Readonly<Record<string, string>>): ContainerMemory {
  const megabytes = (name: string): number => Math.ceil(bytesOf(settings[name] ?? "0B") / MB);
  const shmSize = Math.max(LEAST_SHM_MB, megabytes("maintenance_work_mem") + SHARING * megabytes("work_mem"));
  return { shmSize, memory: megabytes("shared_buffers") + 2 * shmSize + HEADROOM_MB };
}
