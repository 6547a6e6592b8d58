export { clearDataset } from "./clear";
export { loadDataset } from "./load";
export { readDataset, type DatasetState } from "./state";
