import { isDeepStrictEqual } from "node:util";
import { clearDataset, clearIfAsked, clearLater, loadDataset, readDataset } from "../../generator/load";
import { type DatasetSpec, plainSpec } from "../../generator/spec";
import { changedSince } from "../changed-rows";
import type { Task } from "../task";
import { administratorOf, isOwnersOwn } from "./owner-url";

export interface DatasetInputs extends DatasetSpec {
  ownerUrl: string;
  /** A new number loads the dataset again. */
  datasetVersion: number;
  modelVersion: number;
}

export interface DatasetOutputs {
  /** The number of rows of each table, counted in the database. */
  counts: Record<string, number>;
  /** The fingerprint of the current rows of each table. */
  fingerprint: Record<string, string>;
  /** The fingerprint of the loaded rows of each table. */
  loadedFingerprint: Record<string, string>;
  /** The fingerprint that the last update reported to the user, for each table. */
  reportedFingerprint: Record<string, string>;
}

/** Loads the synthetic dataset. Every row is loaded exactly once, whatever interrupts the load. */
export const dataset: Task<DatasetInputs, DatasetOutputs> = {
  async create(inputs, log) {
    log("Generating the dataset...");
    await clearIfAsked(inputs.ownerUrl, log);
    const { counts, fingerprint } = await loadDataset(inputs.ownerUrl, plainSpec(inputs), log);
    return { counts, fingerprint, loadedFingerprint: fingerprint, reportedFingerprint: fingerprint };
  },
  // A change of the dataset's shape is a replacement. An update is a new URL, or rows that somebody changed, which are
  // kept.
  update: (_inputs, { counts, fingerprint, loadedFingerprint }) =>
    Promise.resolve({ counts, fingerprint, loadedFingerprint, reportedFingerprint: fingerprint }),
  async read({ ownerUrl, counts, fingerprint }, log) {
    if (!isOwnersOwn(ownerUrl)) return {};
    const found = await readDataset(ownerUrl);
    if (found !== undefined) changedSince({ counts, fingerprint }, found).forEach(log);
    return found && { counts: found.counts, fingerprint: found.fingerprint };
  },
  delete: ({ ownerUrl }, log) =>
    isOwnersOwn(ownerUrl) ? clearDataset(ownerUrl, log) : clearLater(administratorOf(ownerUrl)),
  stale: ({ fingerprint, reportedFingerprint }) =>
    Promise.resolve(!isDeepStrictEqual(fingerprint, reportedFingerprint)),
};
