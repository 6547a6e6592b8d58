import * as pulumi from "@pulumi/pulumi";
import type { Band } from "../config";
import { assertDiskSpace } from "../postgres/disk-space";
import { defaultDataDirectory } from "../postgres/embedded-server";
import { ExpectedError } from "../runtime/errors";

/**
 * Refuses a dataset that the disk has no room for, before anything is created.
 * A preview only warns: it may run on another machine than the update.
 *
 * @throws pulumi.RunError with the space that is available and the space that is needed
 */
export function requireDiskSpace(band: Band): void {
  const path = band.server.dataDir ?? defaultDataDirectory(process.cwd(), band.stack);
  try {
    assertDiskSpace({ path, messages: band.dataset.messages });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(error.message);
    void pulumi.log.warn(error.message);
  }
}
