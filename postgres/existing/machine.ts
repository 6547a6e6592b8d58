import type { Service } from "./service";

/** What is known of a server that somebody else runs. */
export interface ExistingMachine {
  kind: "existing";
  /** Whether the administrator is a superuser. */
  superuser: boolean;
  service: Service;
  /** Its data folder, where that lies on this machine and may be looked into. */
  dataDirectory?: string;
  /** Settings that somebody's ALTER SYSTEM had written before the stack wrote any. */
  takenSettings: string[];
}
