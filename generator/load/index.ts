export { clearDataset } from "./clear";
export { readDataset } from "./fingerprint";
export { loadDataset, loadShare, type LoadOptions } from "./load";
export type { Share } from "./parts";
export type { DatasetState } from "./state";
