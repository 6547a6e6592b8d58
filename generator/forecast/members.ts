import { memberCounts } from "../plan/conversations";
import { firstUsers } from "../plan/people";
import { Permutation } from "../plan/permutation";
import { Stream, type Streams } from "../plan/random";
import type { DatasetSpec } from "../spec";

/** Beyond so many conversations, the members of so many stand for the others'. */
const MOST_COUNTED = 100_000;

/**
 * How many rows `conversation_users` will have; exact up to 100,000 conversations. A few large groups have a good
 * part of all members, so that many conversations must be counted, as the plan does, but nothing else of it is needed.
 */
export function memberRows(spec: DatasetSpec): number {
  const counted = Math.min(spec.conversations, MOST_COUNTED);
  const streams: Streams = (name) => new Stream(spec.seed, name);
  const order = new Permutation(counted, streams, "conversations.order");
  const volume = Float64Array.from({ length: counted }, (_, c) => order.forward(c) / counted);
  const { members } = memberCounts(volume, firstUsers(spec.users), streams);
  return (members.reduce((sum, each) => sum + each, 0) * spec.conversations) / counted;
}
