import type { Load, Part } from "./ledger";

/** One of `of` runs that fill a database together: `number` is 1 to `of`. */
export interface Share {
  number: number;
  of: number;
}

/** A part of the dataset that is loaded in one transaction. */
export interface PartKey {
  part: Part;
  number: number;
}

/**
 * The parts of a load in the order in which they are begun. Shards are dealt to shares in turn, like cards: runs that
 * go on at the same time then write the table in order of time together. Small tables belong to every share.
 */
export function partsOf({ shards }: Pick<Load, "shards">, share: Share = { number: 1, of: 1 }): PartKey[] {
  const small = (["users", "conversations", "conversation_users"] as const).map((part) => ({
    part,
    number: 0,
  }));
  const messages = Array.from({ length: shards }, (_, number) => ({ part: "messages" as const, number }));
  return [...small, ...messages.filter(({ number }) => number % share.of === share.number - 1)];
}

/** A part's name in a set. */
export function partName({ part, number }: PartKey): string {
  return `${part} ${number}`;
}
