/** A server of this program, as it is found on this machine. */
export interface FoundServer {
  kind: "embedded" | "docker";
  /** Tells it from every other one, e.g. `dev-3f2a91c0`. */
  name: string;
  stack: string;
  /** The project that made it, as an absolute path; containers of earlier versions do not say. */
  projectRoot?: string;
  /** Its data folder, or the name of its container and volume. */
  place: string;
  /** `unfinished`: a killed run has left it, and it holds no data that can be used. */
  state: "running" | "stopped" | "unfinished";
  port?: number;
}
