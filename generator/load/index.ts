export { clearDataset } from "./clear";
export { clearIfAsked, clearLater } from "./clear-later";
export { readDataset } from "./fingerprint";
export { loadDataset, loadPartition, type LoadOptions } from "./load";
export type { Partition } from "./shards";
export type { DatasetState } from "./state";
