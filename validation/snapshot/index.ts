export type { Columns } from "./columns";
export { withSnapshot } from "./open";
export type { Snapshot } from "./snapshot";
