/** Something in the database that the load cannot work with. */
export interface Mismatch {
  /** The table, with the column, key or trigger in question, e.g. `messages.content`. */
  where: string;
  /** What is wrong, as the continuation of `where`. */
  problem: string;
  /** What a person can do about it, as a sentence without its full stop. */
  remedy: string;
}

/** The line of a list for a mismatch. */
export function describeMismatch({ where, problem, remedy }: Mismatch): string {
  return `${where} ${problem}. ${remedy}.`;
}
