import type { Context } from "mocha";

/** Somewhere that a stack's server can be, as a person who works there has it. */
export interface Place {
  /** e.g. `PostgreSQL 14 on this machine` */
  name: string;
  /**
   * Makes what must be there before the stack, or skips the test.
   *
   * @returns the stack's configuration
   */
  prepare(test: Context): Promise<{ config: Record<string, string | number>; adminPassword?: string }>;
  /** Restarts what the server runs on, without a word to PostgreSQL, as a reboot would. */
  reboot(adminUrl: string): Promise<void>;
  /** What is there of stacks called `dev` beside Pulumi's own state: containers, databases, roles, processes. */
  traces(): Promise<string[]>;
  /** Removes what `prepare` has made. */
  leave(): Promise<void>;
}
