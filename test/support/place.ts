import type { NeedName } from "./needs";
import type { Undo } from "./undoing";

/** A target for a stack's server. */
export interface Place {
  /** The name of the target, e.g. `PostgreSQL 14 on this machine`. */
  name: string;
  needs: NeedName[];
  /**
   * Creates what must exist before the stack.
   *
   * @returns the stack's configuration
   */
  prepare(undo: Undo): Promise<{ config: Record<string, string | number>; adminPassword?: string }>;
  /** Restarts the machine or container of the server without stopping PostgreSQL, as a reboot does. */
  reboot(adminUrl: string): Promise<void>;
  /** The server's log, from its first line to its last. */
  log(adminUrl: string): Promise<string>;
  /**
   * Everything that stacks named `dev` have left, in addition to Pulumi's state: containers, databases, roles,
   * processes.
   */
  traces(): Promise<string[]>;
}
