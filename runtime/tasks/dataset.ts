import { clearDataset, loadDataset, readDataset } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import type { Task } from "../task";

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
}

/** The synthetic dataset: loaded once, exactly, whatever interrupts it. */
export const dataset: Task<DatasetInputs, DatasetOutputs> = {
  async create({ ownerUrl, datasetVersion: _version, modelVersion: _model, ...spec }, log) {
    log("Generating the dataset...");
    const { counts, fingerprint } = await loadDataset(ownerUrl, spec, log);
    return { counts, fingerprint, loadedFingerprint: fingerprint };
  },
  // Only `ownerUrl` can change without a replacement, and the rows do not depend on it.
  update: (_inputs, { counts, fingerprint, loadedFingerprint }) =>
    Promise.resolve({ counts, fingerprint, loadedFingerprint }),
  async read({ ownerUrl }) {
    const found = await readDataset(ownerUrl);
    return found && { counts: found.counts, fingerprint: found.fingerprint };
  },
  delete: ({ ownerUrl }, log) => clearDataset(ownerUrl, log),
};
