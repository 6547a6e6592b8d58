import type { Service } from "./service";

/** What the stack knows about an existing server. */
export interface ExistingMachine {
  kind: "existing";
  /** Whether the administrator is a superuser. */
  superuser: boolean;
  service: Service;
  /** The server's data folder, if it is on this machine and readable. */
  dataDirectory?: string;
  /** The settings that somebody's ALTER SYSTEM had written before the stack wrote any. */
  takenSettings: string[];
}
