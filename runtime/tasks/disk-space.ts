import { forecast } from "../../generator/forecast/forecast";
import type { DatasetSpec } from "../../generator/spec";
import { formatBytes } from "../../common/format";
import type { DiskCheck } from "../../postgres/disk-space";
import { assertDiskSpaceOn, type Machine } from "../../postgres/machine";
import type { Task } from "../task";

export interface DiskSpaceInputs {
  machine: Machine;
  dataset: DatasetSpec;
  check: DiskCheck;
}

/** [2/8] Checks that the file system with the server's data has enough space for the dataset. */
export const diskSpace: Task<DiskSpaceInputs, { neededBytes: number }> = {
  async create({ machine, dataset, check }, log) {
    log("[2/8] Validating disk space...");
    if (check === "off") {
      log("✓ Disk space not checked (chat-perf:diskCheck is off)");
      return { neededBytes: 0 };
    }
    const { available, needed } = await assertDiskSpaceOn(machine, {
      messages: dataset.messages,
      forecastBytes: forecast(dataset).peakBytes,
      check,
    });
    log(
      available === undefined
        ? `✓ Disk space cannot be measured from this machine; ~${formatBytes(needed)} are needed`
        : `✓ Disk space sufficient (${formatBytes(available)} available, ~${formatBytes(needed)} needed)`,
    );
    return { neededBytes: needed };
  },
};
