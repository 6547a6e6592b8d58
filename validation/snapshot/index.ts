export { withSnapshot } from "./open";
export type { Snapshot } from "./snapshot";
