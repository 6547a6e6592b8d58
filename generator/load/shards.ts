import type { WholeTable } from "../rows/dataset-rows";

/** One of several runs that fill a database together. It loads the shards whose turn it is. */
export interface Partition {
  /** Which of the runs this is, from 1 to `of`. */
  number: number;
  /** The number of runs. */
  of: number;
}

/**
 * What one transaction loads: the messages of one slice of time with their attachments and reads, or a small table as a
 * whole.
 */
export interface Shard {
  /** The small table, or `messages`. */
  part: WholeTable | "messages";
  /** The number of the slice of time, in order of time from 0 on. It is 0 for a small table. */
  number: number;
}

/**
 * The shards of one partition, in the order in which they are started.
 *
 * Partitions take the slices of time in turn, so that runs at the same time write the table in order of time together.
 * Every partition has the small tables.
 *
 * @param shards the number of slices of time
 * @default partition the only run, which has all shards
 */
export function shardsOf(
  { shards }: { shards: number },
  partition: Partition = { number: 1, of: 1 },
): Shard[] {
  const small = (["users", "conversations", "conversation_users"] as const).map((part) => ({
    part,
    number: 0,
  }));
  const messages = Array.from({ length: shards }, (_, number) => ({ part: "messages" as const, number }));
  return [...small, ...messages.filter(({ number }) => number % partition.of === partition.number - 1)];
}

/** A text that identifies a shard within its load. */
export function shardName({ part, number }: Shard): string {
  return `${part} ${number}`;
}
