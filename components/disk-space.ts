import * as pulumi from "@pulumi/pulumi";
import type { Band } from "../config";
import { forecast } from "../generator/forecast/forecast";
import { forecastLines } from "../generator/forecast/format";
import { assertDiskSpace } from "../postgres/disk-space";
import { defaultDataDirectory } from "../postgres/embedded-server";
import { ExpectedError } from "../common/errors";

/**
 * Refuses a dataset for which the disk has too little space, before anything is created. A preview shows the forecast
 * and only warns, because it may run on another machine than the update.
 *
 * @throws pulumi.RunError with the available and the needed space
 */
export function requireDiskSpace(band: Band): void {
  const dryRun = pulumi.runtime.isDryRun();
  const { target, diskCheck } = band;
  const checked = target.kind === "embedded" && diskCheck !== "off";
  if (!checked && !dryRun) return;
  const expected = forecast(band.dataset);
  if (dryRun) void pulumi.log.info(forecastLines(expected).join("\n"));
  if (!checked) return;
  const path = target.dataDir ?? defaultDataDirectory(process.cwd(), band.stack);
  try {
    assertDiskSpace(path, {
      messages: band.dataset.messages,
      forecastBytes: expected.peakBytes,
      check: diskCheck,
      stack: band.stack,
    });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    if (!dryRun) throw new pulumi.RunError(error.message);
    void pulumi.log.warn(error.message);
  }
}
