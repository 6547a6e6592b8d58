import { join } from "node:path";
import { withClient } from "../../postgres/connection";
import type { Log } from "../../common/progress";
import { bundle, runSubprocess } from "../../common/subprocess";
import { prepareSession } from "../load/session";
import type { DatasetSpec } from "../spec";
import { calibrate } from "./calibrate";
import { forecast } from "./forecast";
import { forecastLines } from "./format";

/** Below this number of messages, the calibration takes longer than the load. */
const LEAST_CALIBRATED = 500_000;

/** A dataset that is about to be loaded, its database, and the number of workers. */
export interface ForecastJob {
  ownerUrl: string;
  spec: DatasetSpec;
  workers: number;
}

/** Logs the expected size of a load. For a large load, it also calibrates on the server and logs the expected time. */
export async function logForecast({ ownerUrl, spec, workers }: ForecastJob, log: Log): Promise<void> {
  const expected = forecast(spec);
  const seconds =
    spec.messages < LEAST_CALIBRATED
      ? undefined
      : await withClient(ownerUrl, async (client) => {
          await prepareSession(client);
          return calibrate(client, expected, workers);
        });
  forecastLines(expected, seconds).forEach(log);
}

/**
 * Logs the forecast of a load. For a large load this happens in a subprocess, so that the memory of the sample is free
 * again before the load begins.
 */
export async function forecastInSubprocess(job: ForecastJob, log: Log): Promise<void> {
  if (job.spec.messages < LEAST_CALIBRATED) return logForecast(job, log);
  return runSubprocess(await bundle(join(__dirname, "forecast-process.ts")), job, log);
}
