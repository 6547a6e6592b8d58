import { join } from "node:path";
import { withClient } from "../../postgres/connection";
import type { Log } from "../../runtime/progress";
import { bundle, runSubprocess } from "../../runtime/subprocess";
import type { DatasetSpec } from "../spec";
import { calibrate } from "./calibrate";
import { forecast } from "./forecast";
import { forecastLines } from "./format";

/** A smaller load is done sooner than its time is found out. */
const WORTH_CALIBRATING = 500_000;

/** What is to be loaded, where, and by how many workers. */
export interface Announcement {
  ownerUrl: string;
  spec: DatasetSpec;
  workers: number;
}

/** Logs what a load will take; its time too, where that is worth a trial on the server. */
export async function announce({ ownerUrl, spec, workers }: Announcement, log: Log): Promise<void> {
  const expected = forecast(spec);
  const seconds =
    spec.messages < WORTH_CALIBRATING
      ? undefined
      : await withClient(ownerUrl, (client) => calibrate(client, expected, workers));
  forecastLines(expected, seconds).forEach(log);
}

/** The same, for a large dataset in a process of its own: the sample's memory is given back before the load begins. */
export async function announceApart(announcement: Announcement, log: Log): Promise<void> {
  if (announcement.spec.messages < WORTH_CALIBRATING) return announce(announcement, log);
  return runSubprocess(await bundle(join(__dirname, "forecast-process.ts")), announcement, log);
}
