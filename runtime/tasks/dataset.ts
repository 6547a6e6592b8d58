import { isDeepStrictEqual } from "node:util";
import { clearDataset, clearIfAsked, clearLater, loadDataset, readDataset } from "../../generator/load";
import { type DatasetSpec, plainSpec } from "../../generator/spec";
import type { Task } from "../task";
import { administratorOf, isOwnersOwn } from "./owner-url";

export interface DatasetInputs extends DatasetSpec {
  ownerUrl: string;
  /** Raised by the user to have the dataset loaded anew. */
  datasetVersion: number;
  modelVersion: number;
}

export interface DatasetOutputs {
  /** Table -> rows, counted in the database. */
  counts: Record<string, number>;
  /** Table -> fingerprint of the rows as they are now. */
  fingerprint: Record<string, string>;
  /** Table -> fingerprint of the rows as they were loaded. */
  loadedFingerprint: Record<string, string>;
  /** Table -> fingerprint of the rows that the last update told the user about. */
  reportedFingerprint: Record<string, string>;
}

/** The synthetic dataset: loaded once, exactly, whatever interrupts it. */
export const dataset: Task<DatasetInputs, DatasetOutputs> = {
  async create(inputs, log) {
    log("Generating the dataset...");
    await clearIfAsked(inputs.ownerUrl, log);
    const { counts, fingerprint } = await loadDataset(inputs.ownerUrl, plainSpec(inputs), log);
    return { counts, fingerprint, loadedFingerprint: fingerprint, reportedFingerprint: fingerprint };
  },
  // Another shape is a replacement. What remains is a new URL, or rows that somebody changed: they stay.
  update: (_inputs, { counts, fingerprint, loadedFingerprint }) =>
    Promise.resolve({ counts, fingerprint, loadedFingerprint, reportedFingerprint: fingerprint }),
  async read({ ownerUrl }) {
    if (!isOwnersOwn(ownerUrl)) return {};
    const found = await readDataset(ownerUrl);
    return found && { counts: found.counts, fingerprint: found.fingerprint };
  },
  delete: ({ ownerUrl }, log) =>
    isOwnersOwn(ownerUrl) ? clearDataset(ownerUrl, log) : clearLater(administratorOf(ownerUrl)),
  stale: ({ fingerprint, reportedFingerprint }) =>
    Promise.resolve(!isDeepStrictEqual(fingerprint, reportedFingerprint)),
};
