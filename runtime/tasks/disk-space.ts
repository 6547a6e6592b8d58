import { assertDiskSpace, formatBytes } from "../../postgres/disk-space";
import type { Task } from "../task";

/** [2/8] Room for the dataset on the file system that holds the server's data. */
export const diskSpace: Task<{ dataDirectory: string; messages: number }, { neededBytes: number }> = {
  create({ dataDirectory, messages }, log) {
    log("[2/8] Validating disk space...");
    const { available, needed } = assertDiskSpace({ path: dataDirectory, messages });
    log(`✓ Disk space sufficient (${formatBytes(available)} available, ~${formatBytes(needed)} needed)`);
    return Promise.resolve({ neededBytes: needed });
  },
};
