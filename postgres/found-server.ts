/** A server that this program has created and that was found on this machine. */
export interface FoundServer {
  kind: "embedded" | "docker";
  /** A unique name, e.g. `dev-3f2a91c0`. */
  name: string;
  stack: string;
  /** The absolute path of the project that created it. Containers of earlier versions do not have this label. */
  projectRoot?: string;
  /** The birth of that project's folder (see `birthOf`), if a container's labels have it. */
  projectBirth?: string;
  /** The path of its data folder, or the name of its container and volume. */
  place: string;
  /** `unfinished` means that a killed run left it and that it holds no usable data. */
  state: "running" | "stopped" | "unfinished";
  port?: number;
}
