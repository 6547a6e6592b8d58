import type { CheckKey } from "../../../validation/report";

/** A change to a correct dataset, and the result of the check that must find it. */
export interface Defect {
  name: string;
  sql: string;
  /** The figure of the check, if it is a count of faults or of types. */
  count?: number;
  /** Other checks that must fail too, because the same rows affect them. */
  also?: CheckKey[];
}

/** The dataset in which defects are planted. It has 26,466 messages, and its smallest conversation has ten. */
export const soundSize = { users: 50, conversations: 200, smallest: 10 };
export const soundMessages = 26_466;

/** The id of the row with this number in any table. */
export const id = (n: number): string => `'c${String(n).padStart(24, "0")}'`;

export const nobody = "'c_nobody'";
