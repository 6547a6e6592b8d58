import type { NeedName } from "./needs";
import type { Undo } from "./undoing";

/** Somewhere that a stack's server can be, as a person who works there has it. */
export interface Place {
  /** e.g. `PostgreSQL 14 on this machine` */
  name: string;
  needs: NeedName[];
  /**
   * Makes what must be there before the stack.
   *
   * @returns the stack's configuration
   */
  prepare(undo: Undo): Promise<{ config: Record<string, string | number>; adminPassword?: string }>;
  /** Restarts what the server runs on, without a word to PostgreSQL, as a reboot would. */
  reboot(adminUrl: string): Promise<void>;
  /** The server's log, from its first line to its last. */
  log(adminUrl: string): Promise<string>;
  /** What is there of stacks called `dev` beside Pulumi's own state: containers, databases, roles, processes. */
  traces(): Promise<string[]>;
}
