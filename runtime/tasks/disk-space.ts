import { assertDiskSpace } from "../../postgres/disk-space";
import type { Task } from "../task";

/** [2/8] Room for the dataset on the file system that holds the server's data. */
export const diskSpace: Task<{ dataDirectory: string; messages: number }, { neededBytes: number }> = {
  create({ dataDirectory, messages }, log) {
    log("[2/8] Validating disk space...");
    const { available, needed } = assertDiskSpace({ path: dataDirectory, messages });
    log(`✓ Disk space sufficient (${gigabytes(available)} available, ~${gigabytes(needed)} needed)`);
    return Promise.resolve({ neededBytes: needed });
  },
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 10e9 ? 1 : 0)}GB`;
