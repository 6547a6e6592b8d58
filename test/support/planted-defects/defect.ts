import type { CheckKey } from "../../../validation/report";

/** A change to the sound dataset, and what the check that it is meant for must find. */
export interface Defect {
  name: string;
  sql: string;
  /** The check's figure, where it is a count of faults or of types. */
  count?: number;
  /** Checks that must fail as well, because the same rows decide them. */
  also?: CheckKey[];
}

/** The dataset that defects are planted in: 26,466 messages, the smallest conversation has ten. */
export const soundSize = { users: 50, conversations: 200, smallest: 10 };
export const soundMessages = 26_466;

/** The row with this number, of any table. */
export const id = (n: number): string => `'c${String(n).padStart(24, "0")}'`;

export const nobody = "'c_nobody'";
